# frozen_string_literal: true

# Members offer their plot for a season and take the offer back while nobody has accepted it.
class PlotSwapsController < ApplicationController
  before_action :require_member
  before_action :load_swap, only: %i[edit update destroy]

  def index
    @swaps = PlotSwap.offered.includes(:plot).order(:season).limit(100)
  end

  def new
    @swap = current_member.plot_swaps.build
  end

  def create
    @swap = current_member.plot_swaps.build(swap_params)
    if @swap.save
      redirect_to plot_swaps_path, notice: t(".created")
    else
      render :new, status: :unprocessable_entity
    end
  end

  def edit; end

  def update
    if @swap.update(swap_params)
      redirect_to plot_swaps_path, notice: t(".updated")
    else
      render :edit, status: :unprocessable_entity
    end
  end

  def destroy
    @swap.destroy!
    redirect_to plot_swaps_path, notice: t(".withdrawn")
  end

  private

  def load_swap
    @swap = PlotSwap.offered.find(params[:id])
  end

  def swap_params
    params.require(:plot_swap).permit(:season, :remarks)
  end
end
