use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// An order as it came from the queue; `payload` holds no line break.
#[derive(Debug, Clone)]
pub struct Order {
    pub id: u64,
    pub payload: String,
}

/// Tells the queue that a message need not be delivered again.
pub trait Acknowledge {
    fn acknowledge(&mut self, order: u64) -> io::Result<()>;
}

/// Append-only file of accepted orders, one a line.
pub struct Journal {
    file: File,
    appended: u64,
}

impl Journal {
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Journal { file, appended: 0 })
    }

    fn append(&mut self, order: &Order) -> io::Result<()> {
        let line = format!("{}\t{}\n", order.id, order.payload);
        self.file.write_all(line.as_bytes())?;
        self.appended += 1;
        Ok(())
    }

    pub fn appended(&self) -> u64 {
        self.appended
    }

    /// Writes the orders down, then acknowledges each of them.
    pub fn accept<Q: Acknowledge>(&mut self, orders: &[Order], queue: &mut Q) -> io::Result<()> {
        for order in orders {
            self.append(order)?;
        }
        self.file.sync_data()?;
        for order in orders {
            queue.acknowledge(order.id)?;
        }
        Ok(())
    }
}
