using System;
using System.Collections.Generic;

namespace PrintShop.Proofs
{
    /// <summary>
    /// Keeps the most recently used proofs in memory. An entry is dropped when it is older than the
    /// given age or when there is no more room. Safe for use by several threads.
    /// </summary>
    public sealed class ProofCache<TKey, TValue>
    {
        private sealed class Entry
        {
            public TKey Key;
            public TValue Value;
            public DateTime StoredAt;
        }

        private readonly object _gate = new object();
        private readonly int _capacity;
        private readonly TimeSpan _maxAge;
        private readonly Func<DateTime> _utcNow;
        private readonly Dictionary<TKey, LinkedListNode<Entry>> _index;
        private readonly LinkedList<Entry> _byUse = new LinkedList<Entry>();

        public ProofCache(int capacity, TimeSpan maxAge, Func<DateTime> utcNow)
        {
            if (capacity < 1)
                throw new ArgumentOutOfRangeException(nameof(capacity));
            if (maxAge <= TimeSpan.Zero)
                throw new ArgumentOutOfRangeException(nameof(maxAge));
            _capacity = capacity;
            _maxAge = maxAge;
            _utcNow = utcNow ?? throw new ArgumentNullException(nameof(utcNow));
            _index = new Dictionary<TKey, LinkedListNode<Entry>>();
        }

        public bool TryGet(TKey key, out TValue value)
        {
            lock (_gate)
            {
                if (_index.TryGetValue(key, out var node))
                {
                    if (_utcNow() - node.Value.StoredAt < _maxAge)
                    {
                        _byUse.Remove(node);
                        _byUse.AddFirst(node);
                        value = node.Value.Value;
                        return true;
                    }
                    Remove(node);
                }
            }
            value = default(TValue);
            return false;
        }

        public void Put(TKey key, TValue value)
        {
            lock (_gate)
            {
                if (_index.TryGetValue(key, out var old))
                    Remove(old);
                else if (_index.Count == _capacity)
                    Remove(_byUse.Last);
                var entry = new Entry { Key = key, Value = value, StoredAt = _utcNow() };
                _index.Add(key, _byUse.AddFirst(entry));
            }
        }

        private void Remove(LinkedListNode<Entry> node)
        {
            _byUse.Remove(node);
            _index.Remove(node.Value.Key);
        }
    }
}
