# frozen_string_literal: true

# Narrows the stock list by the conditions of the search form, for example
# { "field" => "grams", "operator" => ">=", "value" => "250" }.
class StockFilter
  class InvalidCondition < StandardError; end

  Batch = Struct.new(:species, :grams, :harvested_on, :drawer, keyword_init: true)

  FIELDS = {
    "species" => :to_s,
    "grams" => :to_i,
    "drawer" => :to_s
  }.freeze

  OPERATORS = ["==", "!=", "<", "<=", ">", ">="].freeze
  MAX_CONDITIONS = 8

  def initialize(batches)
    @batches = batches
  end

  def operators
    OPERATORS
  end

  def matching(conditions)
    if conditions.size > MAX_CONDITIONS
      raise InvalidCondition, "at most #{MAX_CONDITIONS} conditions"
    end

    @batches.select { |batch| conditions.all? { |condition| holds?(batch, condition) } }
  end

  private

  def holds?(batch, condition)
    field, operator, value = condition.values_at("field", "operator", "value")
    conversion = FIELDS[field]
    raise InvalidCondition, "no field #{field}" if conversion.nil?
    raise InvalidCondition, "no operator" if operator.to_s.empty?

    batch[field].public_send(operator, value.to_s.public_send(conversion))
  end
end
