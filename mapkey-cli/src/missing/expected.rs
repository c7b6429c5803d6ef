//! The list of expected keys: JSON lines or CSV.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use mapkey_runtime::explain::{AskError, AskErrorKind, KeyShape, Wanted};
use serde_json::{Map, Value};

use crate::Failure;

/// Why a list cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ExpectedError {
    #[error("{file} cannot be read: {error}")]
    Unreadable { file: String, error: io::Error },
    #[error("{file}, line {line}: {error}")]
    Key { file: String, line: u64, error: AskError },
    #[error("{file}, line {line}: no JSON object: {error}")]
    Json { file: String, line: u64, error: serde_json::Error },
    #[error(
        "{file}, line {line}: `{path}` is {found}, expected a number, a text, true or false, or an object of fields"
    )]
    Value { file: String, line: u64, path: String, found: Value },
    #[error("{file}: {error}")]
    Csv { file: String, error: csv::Error },
    #[error("{file} is a JSON array: write one object a line, as `jq -c '.[]' {file}` does")]
    Array { file: String },
}

/// Reads all keys of `file`, `-` being standard input.
pub(super) fn read(file: &Path, shape: &KeyShape) -> Result<Vec<Wanted>, Failure> {
    let name = if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() };
    let text = if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    let text = text.map_err(|error| ExpectedError::Unreadable { file: name.clone(), error })?;
    Ok(List { file: name, shape }.read(&text)?)
}

struct List<'a> {
    file: String,
    shape: &'a KeyShape,
}

impl List<'_> {
    fn read(&self, text: &str) -> Result<Vec<Wanted>, ExpectedError> {
        // Some editors mark UTF-8 so.
        let text = text.trim_start_matches('\u{feff}');
        match text.trim_start().chars().next() {
            Some('{') => self.json(text),
            Some('[') => Err(ExpectedError::Array { file: self.file.clone() }),
            _ => self.csv(text),
        }
    }

    fn json(&self, text: &str) -> Result<Vec<Wanted>, ExpectedError> {
        let lines = (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty());
        lines.map(|(line, text)| self.object(line, text)).collect()
    }

    fn object(&self, line: u64, text: &str) -> Result<Wanted, ExpectedError> {
        let object: Map<String, Value> =
            serde_json::from_str(text).map_err(|error| ExpectedError::Json { file: self.file.clone(), line, error })?;
        let dumped = object.get("fields").is_some_and(Value::is_object);
        let hex = object.get(if dumped { "key" } else { "hex" }).and_then(Value::as_str);
        let wanted = match (hex, object.get("fields")) {
            (Some(hex), _) => Wanted::hex(self.shape, hex),
            (None, Some(Value::Object(fields))) => Wanted::ask(self.shape, &self.fields(line, fields)?),
            _ => Wanted::ask(self.shape, &self.fields(line, &object)?),
        };
        wanted.map_err(|error| ExpectedError::Key { file: self.file.clone(), line, error })
    }

    /// `FIELD=VALUE` of an object, nested ones too.
    fn fields(&self, line: u64, object: &Map<String, Value>) -> Result<Vec<String>, ExpectedError> {
        let mut fields = Vec::new();
        for (name, value) in object {
            self.flatten(line, name, value, &mut fields)?;
        }
        Ok(fields)
    }

    fn flatten(&self, line: u64, path: &str, value: &Value, fields: &mut Vec<String>) -> Result<(), ExpectedError> {
        match value {
            Value::Number(number) => fields.push(format!("{path}={number}")),
            Value::String(text) => fields.push(format!("{path}={text}")),
            Value::Bool(value) => fields.push(format!("{path}={value}")),
            Value::Object(object) => {
                for (name, value) in object {
                    self.flatten(line, &format!("{path}.{name}"), value, fields)?;
                }
            }
            Value::Array(values) => {
                for (index, value) in values.iter().enumerate() {
                    self.flatten(line, &format!("{path}[{index}]"), value, fields)?;
                }
            }
            Value::Null => {
                let (file, path) = (self.file.clone(), path.to_owned());
                return Err(ExpectedError::Value { file, line, path, found: value.clone() });
            }
        }
        Ok(())
    }

    /// That each column is a field, whether or not a line follows.
    fn check_names(&self, names: &csv::StringRecord) -> Result<(), ExpectedError> {
        if names.get(0) == Some("hex") {
            return Ok(());
        }
        let wrong = names.iter().find_map(|name| {
            let error = Wanted::ask(self.shape, &[format!("{name}=")]).err()?;
            let is_name = matches!(
                *error.kind,
                AskErrorKind::NoSuchField { .. }
                    | AskErrorKind::NoSuchElement { .. }
                    | AskErrorKind::NoFields { .. }
                    | AskErrorKind::Path { .. }
            );
            is_name.then_some(error)
        });
        match wrong {
            Some(error) => Err(ExpectedError::Key { file: self.file.clone(), line: 1, error }),
            None => Ok(()),
        }
    }

    fn csv(&self, text: &str) -> Result<Vec<Wanted>, ExpectedError> {
        let broken = |error| ExpectedError::Csv { file: self.file.clone(), error };
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).comment(Some(b'#')).from_reader(text.as_bytes());
        let names = reader.headers().map_err(broken)?.clone();
        self.check_names(&names)?;
        let mut keys = Vec::new();
        for record in reader.records() {
            let record = record.map_err(broken)?;
            let line = record.position().map_or(0, csv::Position::line);
            let key = match (names.get(0), record.get(0)) {
                (Some("hex"), Some(hex)) => Wanted::hex(self.shape, hex),
                _ => {
                    let fields: Vec<_> =
                        names.iter().zip(&record).map(|(name, value)| format!("{name}={value}")).collect();
                    Wanted::ask(self.shape, &fields)
                }
            };
            keys.push(key.map_err(|error| ExpectedError::Key { file: self.file.clone(), line, error })?);
        }
        Ok(keys)
    }
}

#[cfg(test)]
mod tests {
    use mapkey_runtime::prelude::*;

    use super::*;

    #[derive(Clone, Copy, MapKey)]
    #[repr(C)]
    struct Key {
        daddr: Ipv4,
        dport: Be<u16>,
        _pad: Padding<2>,
    }

    fn list(text: &str) -> Result<Vec<Vec<u8>>, String> {
        let shape = KeyShape::of_layout(&Key::LAYOUT);
        let list = List { file: "keys".to_owned(), shape: &shape };
        Ok(list.read(text).map_err(|error| error.to_string())?.iter().map(|key| key.bytes().to_vec()).collect())
    }

    const KEY: [u8; 8] = [192, 0, 2, 1, 0x01, 0xbb, 0, 0];

    #[test]
    fn every_way_to_write_a_key() {
        for text in [
            "{\"daddr\": \"192.0.2.1\", \"dport\": 443}\n\n",
            "{\"hex\": \"c000020101bb0000\"}",
            "{\"key\": \"c000020101bb0000\", \"fields\": {\"daddr\": \"192.0.2.1\"}}",
            "{\"fields\": {\"daddr\": \"192.0.2.1\", \"dport\": \"443\"}}",
            "dport,daddr\n443, 192.0.2.1\n",
            "\u{feff}{\"daddr\": \"192.0.2.1\", \"dport\": 443}\r\n",
            "\u{feff}daddr,dport\r\n192.0.2.1,443\r\n",
            "hex\n# a comment\nc0 00 02 01 01 bb 00 00\n",
        ] {
            assert_eq!(list(text), Ok(vec![KEY.to_vec()]), "{text}");
        }
    }

    #[test]
    fn faults_have_a_line() {
        for (text, expected) in [
            (
                "{\"daddr\": \"192.0.2.1\"}\n{\"dprt\": 443}",
                "keys, line 2: `Key` has no field `dprt`; did you mean `dport`?",
            ),
            ("{\"dport\": null}", "keys, line 1: `dport` is null, expected a number"),
            ("{nonsense", "keys, line 1: no JSON object"),
            ("daddr\n192.0.2.1\n1.2.3.4,5\n", "keys: CSV error"),
            ("daddr\nnowhere\n", "keys, line 2: "),
            ("daddr,dprt\n", "keys, line 1: `Key` has no field `dprt`; did you mean `dport`?"),
            ("daddr;dport\n192.0.2.1;443\n", "keys, line 1: `Key` has no field `daddr;dport`"),
            ("[{\"dport\": 443}]\n", "keys is a JSON array: write one object a line, as `jq -c '.[]' keys` does"),
        ] {
            let error = list(text).expect_err(text);
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
