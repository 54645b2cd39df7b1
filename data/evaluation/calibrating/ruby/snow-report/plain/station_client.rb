# frozen_string_literal: true

require 'json'
require 'net/http'
require 'uri'

module SnowReport
  Depth = Struct.new(:station, :centimetres, keyword_init: true)

  # Reads the snow depth from the stations' service, with a few patient retries.
  class StationClient
    class Unavailable < StandardError; end
    class BadAnswer < StandardError; end

    ATTEMPTS = 3
    STATION = /\A[a-z][a-z0-9-]{1,30}\z/.freeze
    TEMPORARY = [Net::OpenTimeout, Net::ReadTimeout, SocketError, SystemCallError].freeze

    # +base+ comes from the deployment's settings, such as https://stations.example/v2
    def initialize(base, sleeper: Kernel.method(:sleep))
      @base = URI(base)
      raise ArgumentError, 'the base address must be https' unless @base.is_a?(URI::HTTPS)

      @sleeper = sleeper
    end

    def depth(station)
      raise ArgumentError, 'not a station name' unless STATION.match?(station)

      parse(station, get("#{@base.path.chomp('/')}/stations/#{station}/depth"))
    end

    private

    def get(path)
      ATTEMPTS.times do |attempt|
        @sleeper.call(2**attempt) if attempt.positive?
        response = request(path)
        next if response.nil? || response.is_a?(Net::HTTPServerError)
        return response.body if response.is_a?(Net::HTTPOK)

        raise BadAnswer, "status #{response.code} for #{path}"
      end
      raise Unavailable, "no answer for #{path} after #{ATTEMPTS} attempts"
    end

    # Answers nil where another attempt may help.
    def request(path)
      Net::HTTP.start(@base.host, @base.port, use_ssl: true, open_timeout: 3, read_timeout: 5) do |http|
        http.get(path, 'Accept' => 'application/json')
      end
    rescue *TEMPORARY => e
      warn "snow report: #{e.class} for #{path}"
      nil
    end

    def parse(station, body)
      data = JSON.parse(body)
      value = data['depth_cm'] if data.is_a?(Hash)
      raise BadAnswer, "no depth for #{station}" unless value.is_a?(Integer) && value.between?(0, 2000)

      Depth.new(station: station, centimetres: value)
    rescue JSON::ParserError
      raise BadAnswer, "the answer for #{station} is not JSON"
    end
  end
end
