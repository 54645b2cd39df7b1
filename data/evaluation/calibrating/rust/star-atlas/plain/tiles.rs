//! A small cache for the rendered tiles of the star atlas, bounded by bytes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TileKey {
    pub zoom: u8,
    pub x: u32,
    pub y: u32,
}

#[derive(Default)]
struct Inner {
    tiles: HashMap<TileKey, Arc<[u8]>>,
    order: VecDeque<TileKey>,
    bytes: usize,
}

/// Tiles leave in the order in which they came. The cache may be shared by threads.
pub struct TileCache {
    limit: usize,
    inner: Mutex<Inner>,
}

impl TileCache {
    pub fn new(limit: usize) -> Self {
        TileCache { limit, inner: Mutex::new(Inner::default()) }
    }

    pub fn get(&self, key: TileKey) -> Option<Arc<[u8]>> {
        self.lock().tiles.get(&key).cloned()
    }

    /// Stores a tile. Returns false if it is empty, larger than the whole cache, or already there.
    pub fn insert(&self, key: TileKey, png: Arc<[u8]>) -> bool {
        let size = png.len();
        if size == 0 || size > self.limit {
            return false;
        }
        let mut inner = self.lock();
        if inner.tiles.contains_key(&key) {
            return false;
        }
        while inner.bytes > self.limit - size {
            let Some(oldest) = inner.order.pop_front() else {
                break;
            };
            if let Some(gone) = inner.tiles.remove(&oldest) {
                inner.bytes -= gone.len();
            }
        }
        inner.bytes += size;
        inner.order.push_back(key);
        inner.tiles.insert(key, png);
        true
    }

    pub fn len(&self) -> usize {
        self.lock().tiles.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    // No code that can panic runs between two changes that belong together,
    // so the content is usable even if another thread panicked with the lock.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
