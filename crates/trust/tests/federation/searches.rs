use std::collections::BTreeMap;

use serde_json::{Value, json};
use trust::federation::{ChainError, Resolved, Search, SearchError, StatementError, Step, Unanswered};

use crate::fixture::{
    ANCHOR, LEAF, UMBRELLA, anchor, claims, id, leaf, now, of_anchor, of_leaf, of_umbrella, signed, with,
};

/// What lies at which address.
type Web = BTreeMap<String, String>;

fn configuration(of: &str) -> String {
    format!("{of}/.well-known/openid-federation")
}

/// Lets somebody say something of itself, and where it answers.
fn superior(own: Value, of: &str) -> Value {
    let endpoint =
        json!({"metadata": {"federation_entity": {"federation_fetch_endpoint": format!("{of}/fetch?v=1")}}});
    with(own, endpoint)
}

fn about(web: &mut Web, by: &str, of: &str, claims: &Value) {
    let mut address = url::Url::parse(&format!("{by}/fetch?v=1")).unwrap();
    address.query_pairs_mut().append_pair("sub", of);
    web.insert(address.to_string(), signed(claims, by));
}

fn federation() -> Web {
    let mut web = Web::new();
    let umbrella = with(claims(UMBRELLA, UMBRELLA), json!({"authority_hints": [ANCHOR]}));
    for (own, of) in [
        (leaf(), LEAF),
        (superior(umbrella, UMBRELLA), UMBRELLA),
        (superior(of_anchor(), ANCHOR), ANCHOR),
    ] {
        web.insert(configuration(of), signed(&own, of));
    }
    about(&mut web, UMBRELLA, LEAF, &of_leaf());
    about(&mut web, ANCHOR, UMBRELLA, &of_umbrella());
    web
}

/// The outcome, and how many documents were asked for.
fn search(web: &Web) -> (Result<Resolved, SearchError>, usize) {
    search_with(web, &Unanswered::Failed("no answer".into()))
}

/// The same, where what is not there is answered so.
fn search_with(web: &Web, missing: &Unanswered) -> (Result<Resolved, SearchError>, usize) {
    let mut search = Search::new(id(LEAF), anchor(), now());
    for asked in 0..100 {
        match search.step() {
            Step::Found(found) => return (Ok(*found), asked),
            Step::NotFound(error) => return (Err(error), asked),
            Step::Fetch(ask) => {
                let found = web.get(&ask.address).cloned();
                search.answer(found.ok_or_else(|| missing.clone()));
            }
        }
    }
    panic!("the search does not end");
}

#[test]
fn the_way_up_is_found_by_asking_each_superior_once() {
    let (found, asked) = search(&federation());

    assert_eq!(found.unwrap().path, [id(UMBRELLA)]);
    assert_eq!(asked, 5);
}

#[test]
fn the_shortest_of_several_ways_is_taken() {
    let mut web = federation();
    let own = with(leaf(), json!({"authority_hints": [UMBRELLA, ANCHOR]}));
    web.insert(configuration(LEAF), signed(&own, LEAF));
    about(&mut web, ANCHOR, LEAF, &claims(ANCHOR, LEAF));

    let (found, asked) = search(&web);

    assert!(found.unwrap().path.is_empty());
    assert_eq!(asked, 3);
}

#[test]
fn a_circle_ends_and_leads_nowhere() {
    let mut web = federation();
    let other = "https://other.example";
    let umbrella = with(
        claims(UMBRELLA, UMBRELLA),
        json!({"authority_hints": [other, LEAF, UMBRELLA]}),
    );
    let back = with(claims(other, other), json!({"authority_hints": [UMBRELLA]}));
    web.insert(
        configuration(UMBRELLA),
        signed(&superior(umbrella, UMBRELLA), UMBRELLA),
    );
    web.insert(configuration(other), signed(&superior(back, other), other));
    about(&mut web, other, UMBRELLA, &claims(other, UMBRELLA));

    let (found, asked) = search(&web);

    assert_eq!(found.unwrap_err(), SearchError::NotListed);
    assert_eq!(asked, 5);
}

#[test]
fn what_cannot_be_asked_is_told_from_what_is_not_listed() {
    let without = |address: &str| {
        let mut web = federation();
        web.remove(address).unwrap();
        search(&web).0.unwrap_err()
    };

    let no_leaf = without(&configuration(LEAF));
    let no_umbrella = without(&configuration(UMBRELLA));
    assert!(matches!(&no_leaf, SearchError::Unreachable { entity, .. } if *entity == id(LEAF)));
    assert!(matches!(&no_umbrella, SearchError::Superior { entity, .. } if *entity == id(UMBRELLA)));
    assert!(no_leaf.is_unknown() && no_umbrella.is_unknown());

    let mut web = federation();
    web.insert(
        configuration(LEAF),
        signed(&with(leaf(), json!({"authority_hints": null})), LEAF),
    );
    let not_listed = search(&web).0.unwrap_err();
    assert_eq!(not_listed, SearchError::NotListed);
    assert!(!not_listed.is_unknown());

    // Of whom the anchor states nothing, nothing is known to be wrong either.
    let mut web = federation();
    web.retain(|address, _| !address.starts_with("https://federation.example/fetch"));
    let (not_stated, _) = search_with(&web, &Unanswered::NotThere);
    assert_eq!(not_stated.unwrap_err(), SearchError::NotListed);
    let (nothing_said, _) = search_with(&Web::new(), &Unanswered::NotThere);
    assert_eq!(nothing_said.unwrap_err(), SearchError::NotListed);
}

#[test]
fn what_somebody_says_of_itself_must_be_its_own() {
    for (claims, signer, error) in [
        (leaf(), UMBRELLA, StatementError::UnknownKey),
        (claims(UMBRELLA, UMBRELLA), UMBRELLA, StatementError::Claim("sub")),
        (claims(UMBRELLA, LEAF), UMBRELLA, StatementError::Claim("iss")),
    ] {
        let mut web = federation();
        web.insert(configuration(LEAF), signed(&claims, signer));
        assert_eq!(
            search(&web).0.unwrap_err(),
            SearchError::Subject {
                entity: id(LEAF),
                error
            }
        );
    }
    let mut web = federation();
    let other = "https://other.example";
    web.insert(
        configuration(ANCHOR),
        signed(&superior(claims(ANCHOR, ANCHOR), ANCHOR), other),
    );
    assert!(
        matches!(search(&web).0, Err(SearchError::Superior { entity, .. }) if entity == id(ANCHOR)),
        "an anchor is believed by its pinned key alone"
    );
}

#[test]
fn a_chain_that_does_not_hold_is_said_to_be_there() {
    let mut web = federation();
    let constraint = json!({"constraints": {"max_path_length": 0}});
    about(&mut web, ANCHOR, UMBRELLA, &with(of_umbrella(), constraint));

    let (found, _) = search(&web);

    assert_eq!(
        found.unwrap_err(),
        SearchError::Chain(ChainError::TooLong(id(ANCHOR)))
    );
}

#[test]
fn a_federation_that_goes_on_and_on_is_given_up() {
    let mut web = federation();
    let name = |number: usize| format!("https://o{number}.example");
    let hints = |from: usize| (from..from + 16).map(name).collect::<Vec<_>>();
    web.insert(
        configuration(LEAF),
        signed(&with(leaf(), json!({"authority_hints": hints(0)})), LEAF),
    );
    for number in 0..40 {
        let of = name(number);
        let own = with(
            claims(&of, &of),
            json!({"authority_hints": hints(number * 16 + 16)}),
        );
        web.insert(configuration(&of), signed(&superior(own, &of), &of));
        about(&mut web, &of, LEAF, &claims(&of, LEAF));
    }

    let (found, asked) = search(&web);

    assert_eq!(found.unwrap_err(), SearchError::TooMuch);
    assert_eq!(asked, 32);

    // And a tower with nobody at its top.
    let mut web = federation();
    let mut below = LEAF.to_owned();
    web.insert(
        configuration(LEAF),
        signed(&with(leaf(), json!({"authority_hints": [name(0)]})), LEAF),
    );
    for number in 0..20 {
        let of = name(number);
        let own = with(claims(&of, &of), json!({"authority_hints": [name(number + 1)]}));
        web.insert(configuration(&of), signed(&superior(own, &of), &of));
        about(&mut web, &of, &below, &claims(&of, &below));
        below = of;
    }
    let (found, asked) = search(&web);
    assert_eq!(found.unwrap_err(), SearchError::NotListed);
    assert!(asked < 20, "{asked}");
}
