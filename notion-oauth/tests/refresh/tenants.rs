//! Two tenants with one installation, to which several things happen at once. Whichever comes first, what comes of it could
//! have come of one after the other.

use notion_core::TokenProvider as _;
use notion_oauth::{Action, ErrorKind, Start, Status, Tenant, TenantId, Workspaces};

use crate::endpoint::{Endpoint, bot, builder};
use crate::flow::authorize;

/// In how many steps later than the others something may begin.
const LATER: usize = 6;

struct Site {
    endpoint: Endpoint,
    workspaces: Workspaces,
    leaving: Tenant,
    staying: Tenant,
}

impl Site {
    async fn new() -> Self {
        let endpoint = Endpoint::default();
        let workspaces = builder(&endpoint).in_memory().open().await.unwrap();
        let tenant = |id: &str| workspaces.tenant(&TenantId::new(id).unwrap());
        let (leaving, staying) = (tenant("leaving"), tenant("staying"));
        for tenant in [&leaving, &staying] {
            let start = Start::new().tenant(tenant.id().clone());
            authorize(&workspaces, start).await.unwrap();
        }
        Self {
            endpoint,
            workspaces,
            leaving,
            staying,
        }
    }

    /// The versions grow, and the chain is whole.
    async fn actions(&self) -> Vec<Action> {
        let log = self.workspaces.audit(&bot()).await.unwrap();
        assert!(log.iter().map(|entry| entry.version).is_sorted_by(|a, b| a < b));
        log.iter().map(|entry| entry.action).collect()
    }
}

/// All orders in which three things can begin.
fn orders() -> impl Iterator<Item = [usize; 3]> {
    (0..LATER * LATER * LATER).map(|n| [n % LATER, n / LATER % LATER, n / LATER / LATER])
}

/// Begins something after so many steps of others.
fn begin<T: Send + 'static>(
    steps: usize,
    work: impl Future<Output = T> + Send + 'static,
) -> tokio::task::JoinHandle<T> {
    tokio::spawn(async move {
        for _ in 0..steps {
            tokio::task::yield_now().await;
        }
        work.await
    })
}

/// M-2: one tenant leaves while tokens are refreshed and the user authorizes for the other.
#[tokio::test]
async fn t18_m2_a_tenant_that_leaves_takes_nothing_from_the_other() {
    for [leave, refresh, again] in orders() {
        let site = Site::new().await;
        let refused = site.workspaces.get(&bot()).await.unwrap().grant().token().clone();
        let (leaving, workspaces) = (site.leaving.clone(), site.workspaces.clone());
        let provider = workspaces.provider(bot());
        let start = Start::new().tenant(site.staying.id().clone());
        let left = begin(leave, async move { leaving.uninstall(&bot()).await });
        let renewed = begin(refresh, async move { provider.renew(&refused).await });
        let finished = begin(again, async move { authorize(&workspaces, start).await });
        assert!(!left.await.unwrap().unwrap().was_last);
        renewed.await.unwrap().unwrap();
        finished.await.unwrap().unwrap();

        let installation = site.staying.get(&bot()).await.unwrap();
        assert_eq!(installation.status(), Status::Healthy);
        let refresh_token = installation.grant().refresh_token().unwrap();
        assert!(site.endpoint.is_live(refresh_token.expose()));
        site.staying.client(&bot()).await.unwrap().me().await.unwrap();
        let error = site.leaving.get(&bot()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        assert!(site.endpoint.revoked().is_empty());
        let actions = site.actions().await;
        let count = |action| actions.iter().filter(|one| **one == action).count();
        let refreshed = count(Action::Refreshed) + count(Action::AddedToHistory);
        assert_eq!((count(Action::Unlinked), count(Action::Reauthorized)), (1, 2));
        assert!(refreshed <= 1 && refreshed == site.endpoint.refreshes());
    }
}

/// M-2: both leave while the user authorizes for one of them. Either the authorization stays and works, or all is gone.
#[tokio::test]
async fn t18_m2_an_authorization_at_the_end_stays_as_a_whole_or_goes_as_a_whole() {
    let mut stayed = 0;
    for [first, second, again] in orders() {
        let site = Site::new().await;
        let workspaces = site.workspaces.clone();
        let start = Start::new().tenant(site.staying.id().clone());
        let leave = |tenant: &Tenant, steps| {
            let tenant = tenant.clone();
            begin(steps, async move { tenant.uninstall(&bot()).await })
        };
        let left = [leave(&site.leaving, first), leave(&site.staying, second)];
        let finished = begin(again, async move { authorize(&workspaces, start).await });
        for left in left {
            if let Err(error) = left.await.unwrap() {
                assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
            }
        }
        if let Err(error) = finished.await.unwrap() {
            assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        }

        site.actions().await;
        let tenants = site.workspaces.tenants_of(&bot()).await.unwrap();
        match site.workspaces.get(&bot()).await {
            Ok(installation) => {
                assert_eq!(installation.status(), Status::Healthy);
                assert_eq!(tenants, [site.staying.id().clone()]);
                site.staying.client(&bot()).await.unwrap().me().await.unwrap();
                stayed += 1;
            }
            Err(error) => {
                assert_eq!((error.kind(), tenants.len()), (ErrorKind::NotFound, 0));
            }
        }
    }
    assert!((1..LATER.pow(3)).contains(&stayed), "both happen: {stayed}");
}
