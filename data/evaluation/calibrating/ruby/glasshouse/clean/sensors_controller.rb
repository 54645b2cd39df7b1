# frozen_string_literal: true

# Soil and air sensors of a nursery. Every nursery is an account of its own.
class SensorsController < ApplicationController
  before_action :require_sign_in
  before_action :load_sensor, only: %i[show update relocate destroy]

  rescue_from ActiveRecord::RecordNotFound, with: :not_found

  def index
    render json: current_account.sensors.order(:name).limit(200).as_json(only: PUBLIC_FIELDS)
  end

  def show
    render json: @sensor.as_json(only: PUBLIC_FIELDS)
  end

  def update
    # The species catalogue is one list for all nurseries.
    species = Species.find(params.require(:species_id))
    save_and_render(species: species, name: params.require(:name).to_s)
  end

  # Moves the sensor to a bench; from then on it steers the watering there.
  def relocate
    bench = current_account.benches.find(params.require(:bench_id))
    save_and_render(bench: bench, relocated_at: Time.current)
  end

  def destroy
    @sensor.destroy!
    head :no_content
  end

  PUBLIC_FIELDS = %i[id name bench_id species_id relocated_at].freeze
  private_constant :PUBLIC_FIELDS

  private

  def load_sensor
    @sensor = current_account.sensors.find(params[:id])
  end

  def save_and_render(attributes)
    if @sensor.update(attributes)
      render json: @sensor.as_json(only: PUBLIC_FIELDS)
    else
      render json: { errors: @sensor.errors.full_messages }, status: :unprocessable_entity
    end
  end

  def not_found
    render json: { errors: ['Not found'] }, status: :not_found
  end
end
