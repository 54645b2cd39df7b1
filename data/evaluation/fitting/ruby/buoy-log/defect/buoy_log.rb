# frozen_string_literal: true

# Binary logs that the buoys' loggers write: a header, then records of 12 bytes.
class BuoyLog
  MAGIC = "BUOY"
  HEADER_BYTES = 8
  RECORD_BYTES = 12

  Reading = Struct.new(:taken_at, :wave_height_cm, :water_centidegrees)

  # The logs of a folder that can be read, by file name.
  def self.read_all(folder)
    Dir.glob(File.join(folder, "*.log")).sort.each_with_object({}) do |path, logs|
      readings = new(path).readings
      logs[File.basename(path)] = readings unless readings.nil?
    end
  end

  def initialize(path)
    @path = path
  end

  # The readings in the order of the file, or nil where it is no log of a buoy.
  def readings
    log = File.open(@path, "rb")
    return nil unless buoy_log?(log)

    found = records(log)
    log.close
    found
  end

  private

  def buoy_log?(log)
    header = log.read(HEADER_BYTES)
    !header.nil? && header.bytesize == HEADER_BYTES && header.start_with?(MAGIC)
  end

  def records(log)
    readings = []
    while (record = log.read(RECORD_BYTES))
      break if record.bytesize < RECORD_BYTES

      seconds, height, temperature = record.unpack("Nl>l>")
      readings << Reading.new(Time.at(seconds).utc, height, temperature)
    end
    readings
  end
end
