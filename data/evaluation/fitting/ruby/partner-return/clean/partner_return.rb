# frozen_string_literal: true

require "rack"
require "uri"

module CellarClub
  # Sends members back to the partner's page that they came from. Partners link to
  # /return?to=... once an order is placed.
  class PartnerReturn
    PARTNER_HOSTS = %w[tastings.cellar-club.example rheingau-cellars.example].freeze
    START_PAGE = "/"

    def call(env)
      request = Rack::Request.new(env)
      return not_allowed unless request.get?

      response = Rack::Response.new
      response["cache-control"] = "no-store"
      response.redirect(target(request.params["to"]), 303)
      response.finish
    end

    private

    def not_allowed
      [405, { "allow" => "GET", "content-type" => "text/plain" }, ["GET only\n"]]
    end

    def target(page)
      uri = URI.parse(page.to_s)
      return START_PAGE unless uri.is_a?(URI::HTTPS) && partner?(uri.host.to_s.downcase)

      uri.to_s
    rescue URI::InvalidURIError
      START_PAGE
    end

    def partner?(host)
      PARTNER_HOSTS.include?(host)
    end
  end
end
