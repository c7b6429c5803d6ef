//! One question, put to the library and to the command in both of its forms.

use std::process::{Command, Output};

use mapkey_runtime::explain::{CauseKind, Explanation, Inquiry, Wanted};
use mapkey_runtime::map::Map;
use serde_json::Value;

pub(crate) const MAPKEY: &str = env!("CARGO_BIN_EXE_mapkey");

/// What all three said. They agree.
pub(crate) struct Answer {
    pub(crate) library: Explanation,
    pub(crate) json: Value,
    pub(crate) text: String,
}

/// Asks as a person does: fields, or `--hex` and bytes.
pub(crate) fn ask(map: &Map, asked: &[&str]) -> Answer {
    let answer = ask_a_living_map(map, asked);
    answer.assert_same_words();
    answer
}

/// The same of a map whose values change while it is asked: what is told agrees, numbers do not.
pub(crate) fn ask_a_living_map(map: &Map, asked: &[&str]) -> Answer {
    let inquiry = Inquiry::of(map);
    let wanted = match asked {
        ["--hex", hex] => Wanted::of_hex(hex),
        fields => inquiry.wanted(fields),
    };
    let library = inquiry.ask(&wanted.unwrap_or_else(|error| panic!("{error}"))).unwrap();
    let reference = map.pin().map_or_else(|| format!("id:{}", map.info().id), |pin| pin.display().to_string());
    let run = |more: &[&str]| mapkey(&[&["explain", &reference], asked, more].concat());
    let answer = Answer { library, json: json(&run(&["--json"])), text: stdout(&run(&[])) };
    answer.assert_agrees(run(&[]).status.code());
    answer
}

impl Answer {
    fn assert_agrees(&self, exit_code: Option<i32>) {
        let Self { library, json, text } = self;
        assert_eq!(exit_code, Some(library.found.map_or(2, |found| i32::from(!found))), "{text}");
        let library_json = serde_json::to_value(library).unwrap();
        for part in ["map", "wanted", "found", "repair"] {
            assert_eq!(json[part], library_json[part], "{part} in {json:#}\n{text}");
        }
        let told = |answer: &Value| {
            let causes = answer["causes"].as_array().unwrap().iter();
            causes
                .map(|cause| [&cause["kind"], &cause["fields"], &cause["entry"]].map(Value::clone))
                .collect::<Vec<_>>()
        };
        assert_eq!(told(json), told(&library_json), "{json:#}\n{text}");
    }

    fn assert_same_words(&self) {
        let Self { library, text, .. } = self;
        let first_line = text.lines().next().unwrap_or_default();
        match library.causes.first() {
            Some(cause) => {
                assert!(first_line.ends_with(&cause.text), "{text}");
                let kind = format!("({}", cause.kind.name());
                assert!(library.found != Some(false) || text.contains(&kind), "{text}");
            }
            None => assert!(first_line.contains("nothing explains it"), "{text}"),
        }
    }

    /// The kinds of all causes, in order.
    pub(crate) fn kinds(&self) -> Vec<CauseKind> {
        self.library.causes.iter().map(|cause| cause.kind).collect()
    }

    /// The first cause.
    #[track_caller]
    pub(crate) fn first(&self, kind: CauseKind, fields: &[&str], entry: Option<&[u8]>) -> &Self {
        let first = self.library.causes.first().unwrap_or_else(|| panic!("{}", self.text));
        assert_eq!(first.kind, kind, "{}", self.text);
        assert_eq!(first.fields, fields, "{}", self.text);
        assert_eq!(first.entry.as_deref(), entry, "{}", self.text);
        self
    }

    /// Two causes that hold together come first.
    #[track_caller]
    pub(crate) fn first_two(&self, kinds: [CauseKind; 2], entry: &[u8]) -> &Self {
        let causes = &self.library.causes;
        let mut found: Vec<_> = causes.iter().take(2).map(|cause| cause.kind).collect();
        found.sort();
        let mut kinds = kinds;
        kinds.sort();
        assert_eq!(found, kinds, "{}", self.text);
        assert!(causes[..2].iter().all(|cause| cause.entry.as_deref() == Some(entry)), "{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn says(&self, part: &str) -> &Self {
        assert!(self.text.contains(part), "no `{part}` in\n{}", self.text);
        self
    }
}

pub(crate) fn mapkey(arguments: &[&str]) -> Output {
    Command::new(MAPKEY).args(arguments).output().unwrap()
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}
