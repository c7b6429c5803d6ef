//! A program that uses none of the keys that it links.

fn main() {
    println!("{}", mapkey_notes_keys::answer());
}
