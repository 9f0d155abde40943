//! A stream, cut into pieces as a network cuts it.

use crate::testing::random::Random;

/// Cuts texts and bytes, from a seed.
#[derive(Debug)]
pub(super) struct Pieces(Random);

/// A token is some characters.
const MOST: u64 = 12;

impl Pieces {
    /// A length from 1 to this.
    fn length(&mut self, most: u64) -> usize {
        1 + self.0.below(most) as usize
    }

    pub(super) fn new(random: Random) -> Self {
        Self(random)
    }

    /// A text as a model writes it: some characters at a time. No piece is empty.
    pub(super) fn of<'a>(&mut self, text: &'a str) -> Vec<&'a str> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let length = self.length(MOST);
            let end = rest
                .char_indices()
                .nth(length)
                .map_or(rest.len(), |(at, _)| at);
            let (piece, behind) = rest.split_at(end);
            pieces.push(piece);
            rest = behind;
        }
        pieces
    }

    /// Bytes, cut anywhere: inside of characters and line ends too.
    pub(super) fn cut(&mut self, bytes: &[u8]) -> Vec<Vec<u8>> {
        let mut pieces = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            // Mostly short ones, some of several events.
            let most = *self.0.pick(&[3, 40, 600]);
            let (piece, behind) = rest.split_at(rest.len().min(self.length(most)));
            pieces.push(piece.to_vec());
            rest = behind;
        }
        pieces
    }
}
