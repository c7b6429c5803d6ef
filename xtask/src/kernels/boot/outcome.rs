//! What a machine's output says about its tests.

use std::collections::BTreeSet;
use std::fmt;

use super::tests::Binary;

/// Begins the lines of `init.sh`.
const MARK: &str = "@@ ";
/// Begins what a test prints of its kernel: `lacking TEST: WHAT`, or `lacking: WHAT`, where a test goes on without it.
const LACKING: &str = "lacking";

/// What was read so far.
#[derive(Default)]
pub(super) struct Outcome {
    kernel: Option<String>,
    binaries: Vec<Run>,
    /// What the script itself had to complain of.
    faults: Vec<String>,
    is_done: bool,
}

/// One test binary.
#[derive(Default)]
struct Run {
    name: String,
    /// Passed, failed and ignored, as the harness says at the end.
    counts: Option<[usize; 3]>,
    status: Option<String>,
    failed: Vec<String>,
    lacking: BTreeSet<String>,
    left: Vec<String>,
}

impl Outcome {
    /// Takes up a line; returns whether it is for people.
    pub(super) fn read(&mut self, line: &str) -> bool {
        if let Some(said) = line.strip_prefix(MARK) {
            self.read_mark(said);
            return false;
        }
        let Some(run) = self.binaries.last_mut() else { return true };
        if let Some(counts) = line.strip_prefix("test result: ") {
            run.counts = counts_of(counts);
        } else if let Some(test) = line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED")) {
            run.failed.push(test.trim_end().to_owned());
        } else if let Some(at) = lacking_at(line) {
            run.lacking.insert(line[at..].trim_start().to_owned());
        }
        true
    }

    fn read_mark(&mut self, said: &str) {
        let (what, rest) = said.split_once(' ').unwrap_or((said, ""));
        match (what, self.binaries.last_mut()) {
            ("kernel", _) => self.kernel = Some(rest.to_owned()),
            ("begin", _) => self.binaries.push(Run { name: rest.to_owned(), ..Run::default() }),
            ("end", Some(run)) => run.status = rest.rsplit_once(' ').map(|(_, status)| status.to_owned()),
            ("left", Some(run)) => {
                run.left.push(rest.split_once(' ').map_or(rest, |(_, thing)| thing).to_owned());
            }
            ("done", _) => self.is_done = true,
            _ => self.faults.push(rest.to_owned()),
        }
    }

    /// Why this is no success on the kernel `release`; `all` says that each binary has tests to run.
    pub(super) fn faults(&self, release: &str, expected: &[Binary], all: bool) -> Vec<String> {
        let mut faults = self.faults.clone();
        if self.kernel.as_deref().is_some_and(|kernel| kernel != release) {
            faults.push(format!("it runs {}, expected {release}", self.kernel.as_deref().unwrap_or_default()));
        }
        for Binary { name, .. } in expected {
            match self.binaries.iter().find(|run| run.name == *name) {
                Some(run) => faults.extend(run.faults(all).into_iter().map(|fault| format!("{name}: {fault}"))),
                None => faults.push(format!("{name}: it was not started")),
            }
        }
        if self.sum(0) + self.sum(1) == 0 {
            faults.push("no test ran".to_owned());
        }
        if !self.is_done {
            faults.push("the machine ended before its tests did".to_owned());
        }
        faults
    }

    /// Whether the machine came to the end of its script.
    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// What this kernel lacks, with the tests that say so.
    pub(super) fn lacking(&self) -> impl Iterator<Item = &str> {
        self.binaries.iter().flat_map(|run| &run.lacking).map(String::as_str)
    }

    fn sum(&self, which: usize) -> usize {
        self.binaries.iter().filter_map(|run| run.counts).map(|counts| counts[which]).sum()
    }

    /// Tests that lack something: the harness calls them passed.
    fn incomplete(&self) -> usize {
        let names = |run: &Run| run.lacking.iter().filter_map(|line| test_of(line)).collect::<BTreeSet<_>>().len();
        self.binaries.iter().map(names).sum()
    }

    fn passed(&self) -> usize {
        self.sum(0).saturating_sub(self.incomplete())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [passed, failed, ignored, lacking] = [self.passed(), self.sum(1), self.sum(2), self.incomplete()];
        write!(f, "{passed} passed, {failed} failed, {ignored} ignored, {lacking} lacking")?;
        let partly = self.lacking().filter(|line| test_of(line).is_none()).count();
        if partly > 0 { write!(f, ", {partly} things passed over for the kernel lacks them") } else { Ok(()) }
    }
}

impl Run {
    fn faults(&self, all: bool) -> Vec<String> {
        let mut faults: Vec<String> = self.failed.iter().map(|test| format!("{test} failed")).collect();
        faults.extend(self.left.iter().map(|thing| format!("it left behind: {thing}")));
        match (self.status.as_deref(), self.counts) {
            (None, _) => faults.push("it did not end".to_owned()),
            (Some(status), None) => faults.push(format!("it ended with status {status} and said no result")),
            // 101 is what the failed tests, which are named, end with.
            (Some("101"), _) if !self.failed.is_empty() => {}
            (Some("0"), Some([_, 0, _])) => {}
            (Some(status), Some([_, failed, _])) => {
                faults.push(format!("it ended with status {status}, and {failed} failed tests"));
            }
        }
        if all && self.counts.is_some_and(|[passed, failed, _]| passed + failed == 0) {
            faults.push("it ran no test".to_owned());
        }
        faults
    }
}

/// From `ok. 3 passed; 0 failed; 1 ignored; ...`.
fn counts_of(text: &str) -> Option<[usize; 3]> {
    let (_, counts) = text.split_once(". ")?;
    let mut counts = counts.split("; ");
    let mut next = |word: &str| counts.next()?.strip_suffix(word)?.trim_end().parse().ok();
    Some([next("passed")?, next("failed")?, next("ignored")?])
}

/// Where in a line a test says what its kernel lacks: at the start, or after what the harness of a single thread
/// began.
fn lacking_at(line: &str) -> Option<usize> {
    let at = if line.starts_with("test ") { line.find(" ... ")? + " ... ".len() } else { 0 };
    let said = line[at..].strip_prefix(LACKING)?;
    let is_said = said.starts_with(": ") || (said.starts_with(' ') && said.contains(": "));
    is_said.then_some(at + LACKING.len())
}

/// The test in `TEST: what the kernel has not`.
fn test_of(lacking: &str) -> Option<&str> {
    lacking.split_once(": ").map(|(test, _)| test).filter(|test| !test.is_empty())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::{Binary, Outcome};

    const RELEASE: &str = "6.1.0-56-amd64";
    const TWO: &str = "test a::first ... ok\ntest a::second ... ok\n\
        test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 5.92s";

    /// What a machine says that runs one binary to this end.
    fn whole(output: &str, status: &str) -> String {
        format!("@@ kernel {RELEASE}\n@@ begin live\nrunning 3 tests\n{output}\n@@ end live {status}\n@@ done")
    }

    fn read(output: &str) -> (Outcome, Vec<String>) {
        let mut outcome = Outcome::default();
        for line in output.lines() {
            assert_eq!(outcome.read(line), !line.starts_with("@@"), "{line}");
        }
        let expected = [Binary { name: "live".to_owned(), file: PathBuf::new() }];
        let faults = outcome.faults(RELEASE, &expected, true);
        (outcome, faults)
    }

    fn faults(output: &str) -> Vec<String> {
        read(output).1
    }

    #[test]
    fn all_passed() {
        let (outcome, faults) = read(&whole(TWO, "0"));
        assert_eq!(faults, [""; 0]);
        assert_eq!(outcome.to_string(), "2 passed, 0 failed, 1 ignored, 0 lacking");
    }

    #[test]
    fn what_a_kernel_lacks_is_no_fault_and_does_not_pass() {
        // A test can lack two things, and say one of them twice.
        let lacking = "lacking second: 6.1 has no x\nlacking second: 6.1 has no x\n\
            test a::second ... lacking second: 6.1 has no y\nlacking in rights, said a test";
        let (outcome, faults) = read(&whole(&format!("{lacking}\n{TWO}"), "0"));
        assert_eq!(faults, [""; 0]);
        assert_eq!(outcome.to_string(), "1 passed, 0 failed, 1 ignored, 1 lacking");
        assert_eq!(outcome.lacking().collect::<Vec<_>>(), ["second: 6.1 has no x", "second: 6.1 has no y"]);
    }

    #[test]
    fn what_a_test_goes_on_without_is_shown() {
        let (outcome, faults) = read(&whole(&format!("lacking: x, since Linux 6.2: EINVAL\n{TWO}"), "0"));
        assert_eq!(faults, [""; 0]);
        let shown = "2 passed, 0 failed, 1 ignored, 0 lacking, 1 things passed over for the kernel lacks them";
        assert_eq!(outcome.to_string(), shown);
        assert_eq!(outcome.lacking().collect::<Vec<_>>(), [": x, since Linux 6.2: EINVAL"]);
    }

    #[test]
    fn failed_tests_are_named() {
        let output = "test a::first  ... FAILED\ntest a::second ... ok\n\
            test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(faults(&whole(output, "101")), ["live: a::first failed"]);
        assert_eq!(
            faults(&whole(output, "0")),
            ["live: a::first failed", "live: it ended with status 0, and 1 failed tests"]
        );
    }

    #[test]
    fn a_test_that_ends_the_process_is_a_fault() {
        assert_eq!(
            faults(&whole("test a::first ... ok", "0")),
            ["live: it ended with status 0 and said no result", "no test ran"]
        );
        assert_eq!(faults(&whole(TWO, "139")), ["live: it ended with status 139, and 0 failed tests"]);
    }

    #[test]
    fn nothing_ran() {
        let output = "test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.0s";
        assert_eq!(faults(&whole(output, "0")), ["live: it ran no test", "no test ran"]);
        assert_eq!(faults(&format!("@@ kernel {RELEASE}\n@@ done")), ["live: it was not started", "no test ran"]);
    }

    #[test]
    fn a_machine_that_stops_is_a_fault() {
        let output = format!("@@ kernel {RELEASE}\n@@ begin live\n{TWO}");
        assert_eq!(faults(&output), ["live: it did not end", "the machine ended before its tests did"]);
        assert_eq!(faults("").last().map(String::as_str), Some("the machine ended before its tests did"));
    }

    #[test]
    fn what_is_left_behind_is_a_fault() {
        let output = format!("{TWO}\n@@ end live 0\n@@ left live /sys/fs/bpf/a pin");
        assert_eq!(faults(&whole(&output, "0")), ["live: it left behind: /sys/fs/bpf/a pin"]);
    }

    #[test]
    fn the_script_complains() {
        let output = whole(TWO, "0");
        assert_eq!(faults(&output.replace(RELEASE, "6.12.1-amd64")), ["it runs 6.12.1-amd64, expected 6.1.0-56-amd64"]);
        assert_eq!(faults(&format!("@@ fault `mount` failed\n{output}")), ["`mount` failed"]);
    }
}
