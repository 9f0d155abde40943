//! Bytes as base64, which every provider takes for files, and back.

/// The standard alphabet of RFC 4648.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// `bytes` as base64 with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for index in 0..4 {
            // A chunk of `n` bytes is written as `n + 1` characters.
            text.push(match index <= chunk.len() {
                true => char::from(ALPHABET[(bits >> (18 - 6 * index)) as usize & 63]),
                false => '=',
            });
        }
    }
    text
}

/// The bytes that `text` is the base64 of, or `None` if it is not what [`base64`] writes.
pub(crate) fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(digits.len() * 3 / 4);
    for chunk in digits.as_bytes().chunks(4) {
        let mut bits = 0;
        for index in 0..4 {
            let digit = match chunk.get(index) {
                Some(digit) => ALPHABET.iter().position(|known| known == digit)?,
                None => 0,
            };
            bits = bits << 6 | digit;
        }
        let [_, .., first, second, third] = bits.to_be_bytes();
        bytes.extend_from_slice(&[first, second, third][..chunk.len() - 1]);
    }
    // What has another length, padding or bits that no byte takes is not written so.
    (base64(&bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_rfc_4648_hold() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
            assert_eq!(super::bytes(text).as_deref(), Some(bytes.as_bytes()));
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xbf]), "+/+/");
    }

    #[test]
    fn all_bytes_come_back() {
        for length in 0..=256 {
            let all: Vec<u8> = (0..length).map(|byte| byte as u8).collect();
            assert_eq!(bytes(&base64(&all)), Some(all));
        }
    }

    #[test]
    fn what_is_not_base64_is_refused() {
        for text in [
            "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "=", "Zm 9v", "Zm9v\n", "-_-_", "Zg==Zg==",
            "é",
        ] {
            assert_eq!(bytes(text), None, "{text}");
        }
    }
}
