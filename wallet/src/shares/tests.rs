use super::*;
use share_link::{Share, ShareLink, Terms};
use test_support::{now, rng};

fn sealed(days: i64) -> (String, ShareLink) {
    let mut rng = rng("a share");
    let link = ShareLink::create(&"https://wallet.example".parse().unwrap(), &mut rng).unwrap();
    let terms = Terms::new("Sollicitatie", now(), now() + TimeDelta::days(days)).unwrap();
    let share = Share {
        presentation: "e30.e30.AA~e30.e30.AA".to_owned(),
        terms,
    };
    (share_link::seal(&share, &link, &mut rng).unwrap(), link)
}

/// All that lies in the store's folder, as one text.
fn on_disk(folder: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(folder).unwrap();
    files
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn content_is_gone_from_the_disk_once_it_has_ended_and_the_share_is_forgotten_a_year_later() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed(now());
    let shares = Shares::open(folder.path(), Limits::default(), clock.clone())
        .await
        .unwrap();
    let (sealed, link) = sealed(30);
    let by = ClientAddress::new([127, 0, 0, 1].into());
    let ciphertext = sealed.split('.').nth(3).unwrap()[..40].to_owned();
    shares
        .make(sealed, digest("a capability"), None, by)
        .await
        .unwrap();
    assert!(holds(&on_disk(folder.path()), &ciphertext));

    clock.set(now() + TimeDelta::days(30));
    shares.sweep().await.unwrap();

    assert!(!holds(&on_disk(folder.path()), &ciphertext));
    let over = shares.view(link.id()).await.unwrap_err();
    assert!(matches!(over, ShareError::Over(Over::Ended)), "{over:?}");

    clock.set(now() + TimeDelta::days(30) + REMEMBERED + TimeDelta::hours(1));
    shares.sweep().await.unwrap();
    assert!(matches!(shares.view(link.id()).await, Err(ShareError::Unknown)));
}

#[tokio::test]
async fn full_store_takes_no_more_until_something_is_withdrawn() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        most_shares: 1,
        ..Limits::default()
    };
    let shares = Shares::open(folder.path(), limits, Clock::fixed(now()))
        .await
        .unwrap();
    let by = ClientAddress::new([127, 0, 0, 1].into());
    let mut rng = rng("others");
    let mut another = || {
        let link = ShareLink::create(&"https://wallet.example".parse().unwrap(), &mut rng).unwrap();
        let terms = Terms::new("Stage", now(), now() + TimeDelta::days(1)).unwrap();
        let share = Share {
            presentation: String::new(),
            terms,
        };
        share_link::seal(&share, &link, &mut rng).unwrap()
    };
    shares.make(another(), digest("first"), None, by).await.unwrap();

    let refused = shares.make(another(), digest("second"), None, by).await;
    assert!(matches!(refused, Err(ShareError::Full)));

    shares.withdraw(&digest("first")).await.unwrap();
    assert!(
        shares
            .make(another(), digest("second"), None, by)
            .await
            .unwrap()
            .1
    );
}
