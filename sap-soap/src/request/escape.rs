//! Character data and attribute values.

/// What an XML 1.0 document cannot hold, not even as a character reference.
fn forbidden(c: char) -> bool {
    matches!(c, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}')
}

/// Bytes that need a look: markup, control characters, and 0xEF, with which U+FFFE and U+FFFF begin.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut i = 0;
    while i < 0x20 {
        table[i] = true;
        i += 1;
    }
    table[b'\n' as usize] = false;
    table[b'\t' as usize] = false;
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'&' as usize] = true;
    table[0xEF] = true;
    table
};

/// Appends character data. `Err`: a character that XML cannot hold; with `replace` it becomes U+FFFD instead.
pub(super) fn text(out: &mut Vec<u8>, text: &str, replace: bool) -> Result<(), char> {
    if !text.bytes().any(|b| SPECIAL[b as usize]) {
        out.extend_from_slice(text.as_bytes());
        return Ok(());
    }
    slow(out, text, replace, false)
}

/// Appends an attribute's value, without quotes around it.
pub(super) fn attribute(out: &mut Vec<u8>, text: &str, replace: bool) -> Result<(), char> {
    slow(out, text, replace, true)
}

fn slow(out: &mut Vec<u8>, text: &str, replace: bool, in_attribute: bool) -> Result<(), char> {
    let mut buffer = [0; 4];
    for c in text.chars() {
        let replacement: &str = match c {
            '<' => "&lt;",
            '>' => "&gt;",
            '&' => "&amp;",
            // A receiver would turn them into other white space.
            '\r' => "&#13;",
            '\n' if in_attribute => "&#10;",
            '\t' if in_attribute => "&#9;",
            '"' if in_attribute => "&quot;",
            c if forbidden(c) => {
                if !replace {
                    return Err(c);
                }
                "\u{FFFD}"
            }
            c => c.encode_utf8(&mut buffer),
        };
        out.extend_from_slice(replacement.as_bytes());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    fn escaped(input: &str) -> String {
        let mut out = Vec::new();
        super::text(&mut out, input, true).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn markup_is_escaped_and_the_rest_untouched() {
        assert_eq!(escaped("Öl <A> & B\t\n\"'"), "Öl &lt;A&gt; &amp; B\t\n\"'");
        assert_eq!(escaped("a\rb"), "a&#13;b");
        assert_eq!(escaped("Ｆ ＆"), "Ｆ ＆", "begins with 0xEF and is harmless");
    }

    #[test]
    fn forbidden_characters_are_refused_or_replaced() {
        assert_eq!(escaped("a\u{1}b\u{FFFF}"), "a\u{FFFD}b\u{FFFD}");
        assert_eq!(super::text(&mut Vec::new(), "a\u{1}", false), Err('\u{1}'));
    }

    #[test]
    fn attributes_keep_their_white_space() {
        let mut out = Vec::new();
        super::attribute(&mut out, "a\"b\n<", false).unwrap();
        assert_eq!(out, b"a&quot;b&#10;&lt;");
    }
}
