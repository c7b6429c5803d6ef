//! Structs that are checked together: one run of each compiler, and clang once more for the changes.

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::c;
use crate::compilers::{Verdict, clang, folder, rustc, verdicts};
use crate::expect::{unmet, word};
use crate::model::{Composite, any_struct, name};
use crate::mutate::{Changed, change};
use crate::rust::{Key, key};

/// A struct, its key, and the struct with one change.
pub(crate) struct Case {
    pub(crate) root: Composite,
    pub(crate) key: Key,
    pub(crate) changed: Option<Changed>,
}

impl Case {
    fn new(index: usize, mut root: Composite, seed: u64) -> Self {
        name(&mut root, index);
        let key = key(&root);
        let changed = change(&root, &key, seed);
        Self { root, key, changed }
    }

    /// Both sides and the change, for a person.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("{}\n{}\n", c::definition(&self.root), self.key.text);
        if let Some(changed) = &self.changed {
            text += &format!("after the change, {:?}:\n{}\n", changed.mutation, c::definition(&changed.root));
        }
        text
    }
}

/// What a seed gives, so that it can shrink.
pub(crate) struct Cases {
    trees: Vec<Box<dyn ValueTree<Value = (Composite, u64)>>>,
}

/// Each step compiles one struct by both compilers.
const SHRINKING: usize = 60;

impl Cases {
    pub(crate) fn new(seed: u64, count: usize) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let strategy = (any_struct(), proptest::num::u64::ANY.no_shrink()).boxed();
        let trees = (0..count).map(|_| -> Box<dyn ValueTree<Value = _>> {
            Box::new(strategy.new_tree(&mut runner).expect("nothing is filtered"))
        });
        Self { trees: trees.collect() }
    }

    pub(crate) fn cases(&self) -> impl Iterator<Item = Case> {
        self.trees.iter().enumerate().map(|(index, tree)| {
            let (root, seed) = tree.current();
            Case::new(index, root, seed)
        })
    }

    /// A small case that has a fault where number `index` has one, and what is wrong.
    pub(crate) fn shrink(&mut self, index: usize) -> (Case, String) {
        let tree = &mut self.trees[index];
        let current = |tree: &dyn ValueTree<Value = (Composite, u64)>| {
            let (root, seed) = tree.current();
            Case::new(0, root, seed)
        };
        let fault = |case: Case| {
            let fault = check("against-compilers-shrinking", std::slice::from_ref(&case)).pop();
            fault.map(|(_, fault)| (case, fault))
        };
        let mut smallest = fault(current(&**tree));
        let mut can_go_on = tree.simplify();
        for _ in 0..SHRINKING {
            if !can_go_on {
                break;
            }
            match fault(current(&**tree)) {
                Some(smaller) => {
                    smallest = Some(smaller);
                    can_go_on = tree.simplify();
                }
                None => can_go_on = tree.complicate(),
            }
        }
        smallest.unwrap_or_else(|| (current(&**tree), "only found among other structs".to_owned()))
    }
}

/// What is wrong, with the number of the case.
pub(crate) fn check(program: &str, cases: &[Case]) -> Vec<(usize, String)> {
    let folder = folder(program);
    let sources = |text: &dyn Fn(&Case) -> String| c::PREAMBLE.to_owned() + &cases.iter().map(text).collect::<String>();
    let original = sources(&|case| c::definition(&case.root));
    let changed = sources(&|case| c::definition(case.changed.as_ref().map_or(&case.root, |changed| &changed.root)));
    let modules: Vec<_> = cases.iter().map(|case| (&*case.root.tag, &*case.key.text)).collect();
    let objects = [("original", original), ("changed", changed)].map(|(name, text)| clang(&folder, name, &text));
    let (original, changed, program) = match (objects, rustc(&folder, &modules, &["original", "changed"])) {
        ([Ok(original), Ok(changed)], Ok(program)) => (original, changed, program),
        ([original, changed], program) => {
            let errors = [original.err(), changed.err(), program.err()];
            return vec![(0, errors.into_iter().flatten().collect())];
        }
    };
    let (originals, changes) = (verdicts(&program, &original), verdicts(&program, &changed));
    assert_eq!((originals.len(), changes.len()), (cases.len(), cases.len()), "a verdict for each key");
    let mut faults = Vec::new();
    for (index, case) in cases.iter().enumerate() {
        let at_build_time = |verdict: &Verdict| {
            let found = verdict.at_build_time.as_ref()?;
            Some(format!("at build time {found}, and at run time:\n{}", verdict.report))
        };
        if let Some(fault) = at_build_time(&originals[index]).or_else(|| at_build_time(&changes[index])) {
            faults.push((index, fault));
        } else if originals[index].word != "match" {
            faults.push((index, format!("must match:\n{}", originals[index].report)));
        } else if let Some(fault) = case.changed.as_ref().and_then(|expected| fault(expected, &changes[index])) {
            faults.push((index, fault));
        }
    }
    faults
}

fn fault(expected: &Changed, verdict: &Verdict) -> Option<String> {
    let unmet = unmet(&expected.needs, verdict);
    let word = word(&expected.needs);
    let is_right = verdict.word == word && unmet.is_empty();
    (!is_right).then(|| format!("must be a {word}, and the report lacks {unmet:?}:\n{}", verdict.report))
}
