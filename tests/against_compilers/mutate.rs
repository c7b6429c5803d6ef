//! One change of the C side.

use crate::expect::{Need, needs};
use crate::model::{Composite, Enum, Member, Order, Type};
use crate::rust::Key;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mutation {
    Moved,
    Resized,
    Swapped,
    Retyped,
    ByteOrder,
    Dropped,
    Added,
    Renamed,
}

use Mutation::{Added, ByteOrder, Dropped, Moved, Renamed, Resized, Retyped, Swapped};

const ALL: [Mutation; 8] = [Moved, Resized, Swapped, Retyped, ByteOrder, Dropped, Added, Renamed];

/// A struct that has been changed, and what must be found.
pub(crate) struct Changed {
    pub(crate) mutation: Mutation,
    pub(crate) root: Composite,
    pub(crate) needs: Vec<Need>,
}

/// Random numbers from a seed: the same change for the same struct (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap_or_default() % end.max(1)
    }
}

const TRIES: usize = 40;

/// A change that makes something wrong which the key says; `None` if chance finds none.
pub(crate) fn change(root: &Composite, key: &Key, seed: u64) -> Option<Changed> {
    let mut dice = Dice(seed);
    let first = dice.below(ALL.len());
    for &mutation in ALL[first..].iter().chain(&ALL[..first]) {
        for _ in 0..TRIES {
            let mut changed = root.clone();
            let site = dice.below(count(root));
            let composite = nth(&mut changed, &mut { site });
            if composite.and_then(|composite| apply(composite, mutation, &mut dice)).is_none() {
                continue;
            }
            let needs = needs(key, &changed);
            if !needs.is_empty() {
                return Some(Changed { mutation, root: changed, needs });
            }
        }
    }
    None
}

/// How many structs and unions there are.
fn count(composite: &Composite) -> usize {
    1 + composite.members.iter().filter_map(|member| member.ty.composite()).map(count).sum::<usize>()
}

fn nth<'a>(composite: &'a mut Composite, left: &mut usize) -> Option<&'a mut Composite> {
    if *left == 0 {
        return Some(composite);
    }
    *left -= 1;
    composite.members.iter_mut().filter_map(|member| member.ty.composite_mut()).find_map(|inner| nth(inner, left))
}

fn apply(composite: &mut Composite, mutation: Mutation, dice: &mut Dice) -> Option<()> {
    let len = composite.members.len();
    let at = dice.below(len);
    match mutation {
        Moved if dice.below(3) == 0 => {
            (composite.members[at].bits.is_none() && !composite.members[at].is_anonymous()).then_some(())?;
            composite.members[at].align = Some([4, 8, 16][dice.below(3)]);
        }
        Moved => {
            let member = composite.members.remove(at);
            composite.members.insert(dice.below(len), member);
        }
        Swapped => composite.members.swap(at, dice.below(len)),
        Dropped => {
            composite.members.remove(at);
            composite.members.iter().any(Member::has_bytes).then_some(())?;
        }
        Added => {
            let size = [1, 2, 4, 8][dice.below(4)];
            composite.members.insert(dice.below(len + 1), Member::plain("added", Type::int(size, false)));
        }
        Renamed => {
            let member = &mut composite.members[at];
            (!member.name.is_empty() && member.bits.is_none()).then_some(())?;
            member.name = "renamed".to_owned();
        }
        Resized => resize(&mut composite.members[at], dice)?,
        Retyped => retype(&composite.tag, &mut composite.members[at], dice)?,
        ByteOrder => {
            let member = &mut composite.members[at];
            let Type::Int { size: 2.., order, .. } = member.ty.element_mut() else { return None };
            member.bits.is_none().then_some(())?;
            let others = [Order::Native, Order::Big, Order::Little];
            *order = others.into_iter().filter(|other| other != order).nth(dice.below(2))?;
        }
    }
    Some(())
}

fn resize(member: &mut Member, dice: &mut Dice) -> Option<()> {
    if let Some(bits) = &mut member.bits {
        let width = if matches!(member.ty, Type::Bool) { 1 } else { member.ty.size() * 8 };
        *bits = 1 + u64::try_from(dice.below(usize::try_from(width).ok()?)).ok()?;
        return Some(());
    }
    match &mut member.ty {
        Type::Array(_, len) => *len = if dice.below(2) == 0 || *len == 1 { *len + 1 } else { *len - 1 },
        Type::Int { size, order, .. } => {
            *size = [1, 2, 4, 8][dice.below(4)];
            (*order == Order::Native || *size > 1).then_some(())?;
        }
        Type::Enum(own) => own.packed = !own.packed,
        Type::Composite(inner) if inner.is_union => {
            let bytes = Type::Array(Box::new(Type::int(1, false)), inner.layout().size + 1);
            inner.members.push(Member::plain("grown", bytes));
        }
        _ => return None,
    }
    Some(())
}

fn retype(tag: &str, member: &mut Member, dice: &mut Dice) -> Option<()> {
    (member.bits.is_none() && !member.is_anonymous()).then_some(())?;
    let is_array = !member.ty.element().1.is_empty();
    let element = member.ty.element_mut();
    let size = element.size();
    let choice = dice.below(6);
    *element = match element {
        Type::Composite(_) if is_array => return None,
        Type::Composite(inner) if inner.members.len() > 1 => Type::Array(Box::new(Type::int(1, false)), size),
        Type::Enum(own) if choice < 3 => {
            let mut values = own.values.clone();
            match values.last_mut() {
                Some(last) if choice == 0 => *last = last.checked_add(1)?,
                _ => values.push(values.last()?.checked_add(1)?),
            }
            Type::Enum(Enum { tag: own.tag.clone(), packed: own.packed, values })
        }
        Type::Enum(_) => Type::int(size, choice.is_multiple_of(2)),
        Type::Bool => Type::int(1, false),
        Type::Char if choice < 3 => Type::int(1, choice == 0),
        Type::Pointer(_) => Type::int(8, false),
        Type::Int { size: 1, .. } => [Type::Bool, Type::Char][choice % 2].clone(),
        Type::Int { size: 8, .. } if choice < 3 => Type::Pointer(0),
        Type::Int { signed, order, .. } => match choice {
            0 if size == 4 => Type::Enum(Enum { tag: format!("retyped_{tag}"), packed: false, values: vec![1, 2] }),
            1 if size > 2 => Type::Float(size),
            2 if !is_array => Type::Array(Box::new(Type::int(1, false)), size),
            3 if !is_array && *order == Order::Native => other(tag, size),
            _ if *order == Order::Native => Type::int(size, !*signed),
            _ => return None,
        },
        _ => return None,
    };
    Some(())
}

/// A struct of so many bytes that is nothing like an integer.
fn other(tag: &str, size: u64) -> Type {
    let half = Type::int(size / 2, false);
    Type::Composite(Box::new(Composite {
        tag: format!("other_{tag}"),
        is_union: false,
        pack: crate::model::Pack::No,
        align: None,
        members: vec![Member::plain("low", half.clone()), Member::plain("high", half)],
        flexible: None,
    }))
}
