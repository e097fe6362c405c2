//! On which line a row begins, in a stream that is read ahead of and whose rows may hold line ends of their own.

use std::{
    collections::VecDeque,
    io::{self, Read},
};

/// The longest row that is read, in bytes: an endless one, as of a device, is refused.
const LONGEST: u64 = 1 << 26;

/// A stream that remembers its line ends: a line feed, a carriage return, or both.
pub(super) struct Lines<R> {
    stream: R,
    /// Bytes handed on.
    read: u64,
    last: u8,
    /// Places of carriage returns and line feeds that no row has come to, and whether they end a line.
    ends: VecDeque<(u64, bool)>,
    /// Lines that ended before the present row.
    before: u64,
    /// Where the present row begins.
    row: u64,
}

impl<R> Lines<R> {
    pub(super) fn of(stream: R) -> Self {
        Self {
            stream,
            read: 0,
            last: 0,
            ends: VecDeque::new(),
            before: 0,
            row: 0,
        }
    }

    /// The line, from 1, of the row whose reading began at this byte, which is not before that of the call before: line ends there belong to
    /// the row before, or to blank lines.
    pub(super) fn line(&mut self, byte: u64) -> u64 {
        self.row = self.row.max(byte);
        while let Some(&(place, ends)) = self.ends.front()
            && place <= self.row
        {
            self.row += u64::from(place == self.row);
            self.before += u64::from(ends);
            self.ends.pop_front();
        }
        1 + self.before
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.read - self.row > LONGEST {
            let message = format!("a row is too long: of its bytes at most {LONGEST} are read");
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, message));
        }
        let read = self.stream.read(buffer)?;
        for &byte in &buffer[..read] {
            if matches!(byte, b'\r' | b'\n') {
                let ends = byte == b'\r' || self.last != b'\r';
                self.ends.push_back((self.read, ends));
            }
            self.last = byte;
            self.read += 1;
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against counting in the whole text.
        #[test]
        fn rows_are_on_the_lines_they_begin_on(
            rows in prop::collection::vec(("[a-z]{1,5}(,\"[a-z]\n[a-z]\")?", 0..3_usize, 0..3_usize), 1..40)
        ) {
            let (mut text, mut expected) = (String::new(), Vec::new());
            for (row, end, blank) in &rows {
                let end = ["\n", "\r\n", "\r"][*end];
                // A line feed after a carriage return ends no line.
                let blank = if text.ends_with('\r') { "\r" } else { end }.repeat(*blank);
                text.push_str(&blank);
                let feeds = text.matches('\n').count() - text.matches("\r\n").count();
                expected.push(1 + (feeds + text.matches('\r').count()) as u64);
                text.push_str(row);
                text.push_str(end);
            }
            let mut reader = csv::ReaderBuilder::new()
                .has_headers(false)
                .flexible(true)
                .from_reader(Lines::of(text.as_bytes()));
            let mut record = csv::StringRecord::new();
            let mut found = Vec::new();
            while reader.read_record(&mut record).unwrap() {
                let byte = record.position().unwrap().byte();
                found.push(reader.get_mut().line(byte));
            }
            prop_assert_eq!(found, expected, "{:?}", text);
        }
    }
}
