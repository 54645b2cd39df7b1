# frozen_string_literal: true

module LabelPress
  # Labels waiting for a printer. Scanners add them from threads of their own; one thread for
  # each printer takes them in batches.
  class PrintQueue
    class Full < StandardError; end

    def initialize(capacity:)
      @capacity = capacity
      @labels = []
      @lock = Mutex.new
      @added = ConditionVariable.new
    end

    def size
      @lock.synchronize { @labels.size }
    end

    def add(label)
      @lock.synchronize do
        raise Full, "#{@capacity} labels are waiting" if @labels.size >= @capacity

        @labels.push(label)
        @added.signal
      end
    end

    # Waits for a label, then takes up to +count+ of them.
    def take(count)
      @lock.synchronize do
        @added.wait(@lock) while @labels.empty?
        @labels.shift(count)
      end
    end

    # Takes a label back, for instance of a cancelled parcel; returns how many are left.
    def cancel(parcel)
      @lock.synchronize do
        @labels.reject! { |label| label.parcel == parcel }
        size
      end
    end
  end
end
