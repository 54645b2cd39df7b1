# frozen_string_literal: true

require "logger"

module FoodBank
  # One donation by card, as entered on the donor's phone.
  Charge = Struct.new(:reference, :cents, :card_number, :card_code, :expires, keyword_init: true)

  # Charges donations and keeps what the payment service answered.
  class DonationCharges
    class Refused < StandardError; end

    MAX_CENTS = 500_000

    # +gateway+ answers a receipt number and raises Refused where the bank declines.
    def initialize(gateway, receipts, logger: Logger.new($stderr))
      @gateway = gateway
      @receipts = receipts
      @logger = logger
    end

    def collect(charge)
      check(charge)
      receipt = @gateway.charge(charge)
      @receipts.save(charge.reference, charge.cents, receipt)
      @logger.info { "donation #{charge.reference}: receipt #{receipt}" }
      receipt
    rescue Refused => e
      @logger.warn { "donation #{charge.reference} refused: #{e.message}" }
      raise
    end

    private

    def check(charge)
      return if charge.cents.between?(1, MAX_CENTS)

      raise Refused, "amount out of range"
    end
  end
end
