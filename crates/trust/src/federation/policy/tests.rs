use super::*;
use serde_json::json;

fn policy(operators: &Value) -> Value {
    json!({"openid_credential_issuer": {"p": operators}})
}

fn resolved(policies: &[Value], metadata: &Value) -> Result<Value, PolicyError> {
    let policies: Vec<Value> = policies.iter().map(policy).collect();
    let merged = Policy::resolve(policies.iter().map(|policy| (Some(policy), None)))?;
    let mut all = Map::new();
    all.insert("openid_credential_issuer".into(), metadata.clone());
    merged.apply(&mut all)?;
    Ok(all.remove("openid_credential_issuer").unwrap())
}

#[test]
fn each_operator_does_what_the_standard_says() {
    for (operators, before, after) in [
        (json!({"value": "a"}), json!({"p": "b"}), json!({"p": "a"})),
        (json!({"value": null}), json!({"p": "b"}), json!({})),
        (json!({"value": null, "essential": false}), json!({}), json!({})),
        (
            json!({"add": ["b", "a"]}),
            json!({"p": ["a"]}),
            json!({"p": ["a", "b"]}),
        ),
        (json!({"add": ["b"]}), json!({}), json!({"p": ["b"]})),
        (json!({"default": 1}), json!({}), json!({"p": 1})),
        (json!({"default": 1}), json!({"p": 2}), json!({"p": 2})),
        (
            json!({"one_of": ["a", "b"]}),
            json!({"p": "b"}),
            json!({"p": "b"}),
        ),
        (json!({"one_of": ["a", "b"]}), json!({}), json!({})),
        (
            json!({"default": "a", "one_of": ["a"]}),
            json!({}),
            json!({"p": "a"}),
        ),
        (
            json!({"subset_of": ["a", "b", "c"]}),
            json!({"p": ["a", "e"]}),
            json!({"p": ["a"]}),
        ),
        (
            json!({"subset_of": ["a"], "essential": true}),
            json!({"p": ["d"]}),
            json!({"p": []}),
        ),
        (
            json!({"subset_of": ["a"], "essential": false}),
            json!({}),
            json!({}),
        ),
        (
            json!({"superset_of": ["a"]}),
            json!({"p": ["b", "a"]}),
            json!({"p": ["b", "a"]}),
        ),
        (
            json!({"essential": true}),
            json!({"p": {"x": 1}}),
            json!({"p": {"x": 1}}),
        ),
        (json!({"regexp": "^x$"}), json!({"p": "b"}), json!({"p": "b"})),
    ] {
        assert_eq!(
            resolved(std::slice::from_ref(&operators), &before),
            Ok(after),
            "{operators} on {before}"
        );
    }
}

#[test]
fn metadata_that_is_not_allowed_is_refused() {
    for (operators, before, by) in [
        (json!({"one_of": ["a"]}), json!({"p": "b"}), "one_of"),
        (json!({"superset_of": ["a"]}), json!({"p": ["b"]}), "superset_of"),
        (json!({"superset_of": ["a"]}), json!({"p": "a"}), "superset_of"),
        (json!({"essential": true}), json!({}), "essential"),
        (json!({"add": ["a"]}), json!({"p": "a"}), "add"),
        (json!({"subset_of": ["a"]}), json!({"p": "a"}), "subset_of"),
    ] {
        let refused = resolved(std::slice::from_ref(&operators), &before);
        assert!(
            matches!(&refused, Err(PolicyError::NotAllowed { operator, .. }) if *operator == by),
            "{operators}: {refused:?}"
        );
    }
}

#[test]
fn operators_that_do_not_go_together_are_refused() {
    for operators in [
        json!({"value": ["a"], "add": ["b"]}),
        json!({"value": null, "default": "a"}),
        json!({"value": "a", "one_of": ["b"]}),
        json!({"value": ["a"], "subset_of": ["b"]}),
        json!({"value": ["a"], "superset_of": ["b"]}),
        json!({"value": null, "essential": true}),
        json!({"add": ["a"], "subset_of": ["b"]}),
        json!({"subset_of": ["a"], "superset_of": ["b"]}),
        json!({"one_of": ["a"], "add": ["a"]}),
        json!({"one_of": ["a"], "subset_of": ["a"]}),
        json!({"one_of": ["a"], "superset_of": ["a"]}),
    ] {
        let refused = resolved(std::slice::from_ref(&operators), &json!({"p": ["a"]}));
        assert!(
            matches!(refused, Err(PolicyError::Combination { .. })),
            "{operators}: {refused:?}"
        );
    }
    for operators in [
        json!({"add": "a"}),
        json!({"default": null}),
        json!({"one_of": {}}),
        json!({"essential": "true"}),
    ] {
        let refused = resolved(std::slice::from_ref(&operators), &json!({}));
        assert!(
            matches!(refused, Err(PolicyError::Value { .. })),
            "{operators}: {refused:?}"
        );
    }
}

#[test]
fn superiors_narrow_each_other_and_never_widen() {
    for (above, below, before, after) in [
        (
            json!({"subset_of": ["a", "b"]}),
            json!({"subset_of": ["b", "c"]}),
            json!(["a", "b", "c"]),
            json!(["b"]),
        ),
        (
            json!({"add": ["a"]}),
            json!({"add": ["b"]}),
            json!([]),
            json!(["a", "b"]),
        ),
        (
            json!({"one_of": ["a", "b"]}),
            json!({"one_of": ["b", "c"]}),
            json!("b"),
            json!("b"),
        ),
        (
            json!({"value": ["a"]}),
            json!({"subset_of": ["a", "b"]}),
            json!(["z"]),
            json!(["a"]),
        ),
    ] {
        let found = resolved(&[above, below], &json!({"p": before}));
        assert_eq!(found, Ok(json!({"p": after})));
    }
    let contradiction = [
        (json!({"value": "a"}), json!({"value": "b"})),
        (json!({"default": "a"}), json!({"default": "b"})),
        (json!({"one_of": ["a"]}), json!({"one_of": ["b"]})),
    ];
    for (above, below) in contradiction {
        let refused = resolved(&[above, below], &json!({}));
        assert!(matches!(refused, Err(PolicyError::Merge { .. })), "{refused:?}");
    }
    let emptied = resolved(
        &[json!({"superset_of": ["a"]}), json!({"subset_of": ["b"]})],
        &json!({}),
    );
    assert!(matches!(emptied, Err(PolicyError::Combination { .. })));
}

#[test]
fn scopes_are_treated_as_a_list_and_stay_a_text() {
    let policy = json!({"openid_credential_issuer": {"scope": {"subset_of": ["a", "b"]}}});
    let merged = Policy::resolve([(Some(&policy), None)].into_iter()).unwrap();
    let mut metadata = Map::new();
    metadata.insert("openid_credential_issuer".into(), json!({"scope": "a c"}));
    merged.apply(&mut metadata).unwrap();
    assert_eq!(metadata["openid_credential_issuer"], json!({"scope": "a"}));
}

#[test]
fn policies_of_another_form_are_refused() {
    for policy in [json!([]), json!({"t": 1}), json!({"t": {"p": []}})] {
        let refused = Policy::resolve([(Some(&policy), None)].into_iter());
        assert_eq!(refused.err(), Some(PolicyError::Malformed), "{policy}");
    }
    for critical in [json!(["regexp"]), json!([]), json!(["value"]), json!("x")] {
        let refused = Policy::resolve([(None, Some(&critical))].into_iter());
        assert_eq!(refused.err(), Some(PolicyError::UnknownCritical), "{critical}");
    }
}
