//! Text as a terminal shows it.

use std::fmt::Write;

/// Columns; longer lines go on in the next.
const WIDTH: usize = 108;
/// Of a character, in pixels.
const CHARACTER: f64 = 7.83;
const LINE: usize = 18;
const MARGIN: usize = 16;

/// The picture of a terminal that shows `text`.
pub(super) fn terminal(text: &str) -> String {
    let lines: Vec<String> = text.trim_end().lines().flat_map(wrapped).collect();
    let height = 2 * MARGIN + lines.len() * LINE;
    #[allow(clippy::cast_precision_loss)] // a hundred or so
    let width = (2 * MARGIN) as f64 + WIDTH as f64 * CHARACTER;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height}\" font-family=\"ui-monospace, \
         SFMono-Regular, Menlo, Consolas, monospace\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" \
         fill=\"#1b1f27\"/>\n"
    );
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
        let y = MARGIN + index * LINE + LINE * 3 / 4;
        let (colour, weight) = style(line);
        // Into a string, which does not fail.
        let _ = writeln!(
            svg,
            "<text x=\"{MARGIN}\" y=\"{y}\" fill=\"{colour}\" font-weight=\"{weight}\" xml:space=\"preserve\">{}</text>",
            escaped(line)
        );
    }
    svg + "</svg>\n"
}

/// What a reader should see first is brighter.
fn style(line: &str) -> (&'static str, &'static str) {
    match line {
        _ if line.starts_with("$ ") => ("#8ab4f8", "bold"),
        _ if line.contains("does not have this key") || line.starts_with("problem") => ("#ff8f8f", "bold"),
        _ if line.trim_start().starts_with('^') => ("#ff8f8f", "bold"),
        _ if line.trim_start().starts_with("repair:") => ("#9fdc9f", "normal"),
        _ if line.starts_with("ok ") => ("#9fdc9f", "normal"),
        _ if line.starts_with("note ") => ("#e8d48a", "normal"),
        _ => ("#d5d9e0", "normal"),
    }
}

/// A line in pieces of the terminal's width, parted at blanks.
fn wrapped(line: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    for word in line.split_inclusive(' ') {
        let piece = pieces.len() - 1;
        if pieces[piece].chars().count() + word.trim_end().chars().count() > WIDTH {
            pieces.push(format!("  {word}"));
        } else {
            pieces[piece] += word;
        }
    }
    pieces
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_go_on_in_the_next() {
        let pieces = wrapped(&"word ".repeat(30));
        assert_eq!(pieces.len(), 2);
        assert!(pieces.iter().all(|piece| piece.trim_end().chars().count() <= WIDTH + 2), "{pieces:?}");
        assert_eq!(wrapped(""), [""]);
    }

    #[test]
    fn text_is_escaped() {
        let svg = terminal("a < b && c > d");
        assert!(svg.contains("a &lt; b &amp;&amp; c &gt; d"), "{svg}");
    }
}
