# frozen_string_literal: true

require 'rack'
require 'securerandom'

module TollGate
  # Rack middleware that keeps the operators of the gate console signed in.
  class OperatorSession
    COOKIE = 'gate_operator'
    THEME_COOKIE = 'gate_theme'
    LIFETIME = 8 * 60 * 60
    THEMES = %w[day night].freeze

    # +store+ answers read(id), write(id, data, ttl) and delete(id).
    def initialize(app, store:)
      @app = app
      @store = store
    end

    def call(env)
      request = Rack::Request.new(env)
      id = request.cookies[COOKIE]
      env['gate.operator'] = id && @store.read(id)

      status, headers, body = @app.call(env)

      if (operator = env['gate.sign_in'])
        @store.delete(id) if id
        start(headers, operator)
      elsif env['gate.sign_out'] && id
        @store.delete(id)
        Rack::Utils.delete_cookie_header!(headers, COOKIE, path: '/')
      end
      remember_theme(headers, env['gate.theme'])

      [status, headers, body]
    end

    private

    def start(headers, operator)
      id = SecureRandom.urlsafe_base64(32)
      @store.write(id, operator, LIFETIME)
      Rack::Utils.set_cookie_header!(
        headers, COOKIE,
        value: id, path: '/', max_age: LIFETIME, secure: true, httponly: true, same_site: :strict
      )
    end

    # The console's script reads the theme before the first paint.
    def remember_theme(headers, theme)
      return unless THEMES.include?(theme)

      Rack::Utils.set_cookie_header!(
        headers, THEME_COOKIE,
        value: theme, path: '/', secure: true, httponly: false, same_site: :strict
      )
    end
  end
end
