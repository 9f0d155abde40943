//! `completions`: for every shell, with the names of the tools.

use crate::desk;

#[test]
fn every_shell_has_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = desk(["completions", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
        assert!(ran.out.contains("manifest"), "{shell}");
    }
    let zsh = desk(["completions", "zsh"]).out;
    assert!(zsh.contains("get_customer") && zsh.contains("Look up a customer by number."));
}
