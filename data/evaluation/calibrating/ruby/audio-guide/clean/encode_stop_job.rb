# frozen_string_literal: true

require 'open3'
require 'fileutils'

# Encodes the recording of a museum stop for the visitors' handsets.
class EncodeStopJob < ApplicationJob
  queue_as :media

  class EncodingFailed < StandardError; end

  BITRATE = '64k'

  # Curators of the partner museums type title and speaker in the upload form.
  def perform(stop)
    source = recording_path(stop)
    target = handset_path(stop)
    FileUtils.mkdir_p(File.dirname(target))

    encode(source, target, title: stop.title, artist: stop.speaker)
    stop.update!(encoded_at: Time.current, encoded_size: File.size(target))
  end

  private

  def encode(source, target, title:, artist:)
    command = ['ffmpeg', '-nostdin', '-y', '-i', source, '-vn', '-b:a', BITRATE,
               '-metadata', "title=#{title}", '-metadata', "artist=#{artist}", target]
    _out, err, status = Open3.capture3(*command)
    return if status.success?

    FileUtils.rm_f(target)
    raise EncodingFailed, "ffmpeg ended with #{status.exitstatus}: #{err.lines.last(3).join}"
  end

  # Both paths are made of record ids only.
  def recording_path(stop)
    Rails.root.join('storage', 'recordings', "#{Integer(stop.id)}.wav").to_s
  end

  def handset_path(stop)
    Rails.root.join('storage', 'handsets', Integer(stop.tour_id).to_s, "#{Integer(stop.id)}.mp3").to_s
  end
end
