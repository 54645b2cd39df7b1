# frozen_string_literal: true

require "bigdecimal"
require "nokogiri"

module ParcelCustoms
  Item = Struct.new(:description, :tariff_number, :value)
  Declaration = Struct.new(:parcel, :sender, :items)

  # Reads the declarations that shops post for their parcels.
  class DeclarationParser
    class Rejected < StandardError; end

    MAX_BYTES = 256 * 1024
    PARCEL_NUMBER = /\A[A-Z]{2}\d{9}[A-Z]{2}\z/
    VALUE = /\A\d{1,7}(\.\d{1,2})?\z/

    def parse(body)
      raise Rejected, "a declaration has at most #{MAX_BYTES} bytes" if body.bytesize > MAX_BYTES

      root = document(body).root
      raise Rejected, "not a declaration" unless root&.name == "declaration"

      Declaration.new(parcel_number(root), text(root, "sender"), items(root))
    end

    private

    def document(body)
      Nokogiri::XML(body) { |config| config.strict.noent.nonet }
    rescue Nokogiri::XML::SyntaxError
      raise Rejected, "not well-formed XML"
    end

    def parcel_number(root)
      number = root["parcel"].to_s
      raise Rejected, "not a parcel number" unless PARCEL_NUMBER.match?(number)

      number
    end

    def items(root)
      root.xpath("items/item").map do |item|
        value = text(item, "value")
        raise Rejected, "not a value" unless VALUE.match?(value)

        Item.new(text(item, "description"), text(item, "tariff"), BigDecimal(value))
      end
    end

    def text(element, name)
      found = element.at_xpath(name)&.text&.strip
      raise Rejected, "#{name} is missing" if found.nil? || found.empty?

      found
    end
  end
end
