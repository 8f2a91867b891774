//! The form of every command about a room.

use leptos::{ev::SubmitEvent, form::FromFormData as _, prelude::*, server_fn::ServerFn};
use serde::de::DeserializeOwned;

use crate::error::AppError;

type Script = Box<dyn Fn(&SubmitEvent)>;

/// Where a form is sent, and who sends it.
pub struct Submit {
    url: Signal<&'static str>,
    /// Sends it while scripts run; without it, or without scripts, the browser does.
    script: Option<Script>,
}

/// The action sends the form, and the page stays and shows what came of it.
pub fn in_place<F>(action: ServerAction<F>) -> Submit
where
    F: ServerFn<Error = AppError> + DeserializeOwned + Clone + Send + Sync + 'static,
    F::Output: Send + Sync + 'static,
{
    let script = move |event: &SubmitEvent| {
        // A form that cannot be read is left to the browser.
        if let Ok(command) = F::from_event(event) {
            event.prevent_default();
            action.dispatch(command);
        }
    };
    Submit { url: F::url().into(), script: Some(Box::new(script)) }
}

/// The browser sends the form to the action's endpoint, and loads the page that it is led to.
pub fn page_load<F: ServerFn>(_action: ServerAction<F>) -> Submit {
    Submit { url: F::url().into(), script: None }
}

impl Submit {
    /// Sends like this while the condition holds, and like `otherwise` while it does not.
    pub fn when(self, condition: Memo<bool>, otherwise: Self) -> Self {
        let url = move || if condition.get() { self.url.get() } else { otherwise.url.get() };
        let script = move |event: &SubmitEvent| {
            let now = if condition.get_untracked() { &self.script } else { &otherwise.script };
            if let Some(script) = now {
                script(event);
            }
        };
        Self { url: Signal::derive(url), script: Some(Box::new(script)) }
    }
}

/// A form that commands something about a room, with scripts or without.
///
/// Most are sent [`in_place`]. A [`page_load`] is for what changes more than the page that stays
/// would show: connecting leaves the app, and in a demo the router would look for the consent page
/// among its own; joining and disconnecting end at the address where they began, where only a fresh
/// load shows the room to its new member, or the settings without their account.
#[component]
pub fn CommandForm(
    /// The room's code.
    code: String,
    submit: Submit,
    /// By which buttons outside of it belong to it.
    #[prop(optional)]
    id: Option<&'static str>,
    /// Fields and buttons.
    children: Children,
) -> impl IntoView {
    let Submit { url, script } = submit;
    let on_submit = move |event: SubmitEvent| {
        if let Some(script) = &script {
            script(&event);
        }
    };
    view! {
        <form id=id method="post" action=move || url.get() on:submit=on_submit>
            <input type="hidden" name="code" value=code/>
            {children()}
        </form>
    }
}
