; Dialect aws. The decision where caller and resource belong to one account (S5, S6). Loaded after layers.smt2.

; S5.3: at least one of the four grants.
;   direct    the resource policy allows at level SELF or ANY; no implicit deny of a boundary or session policy
;             limits it (S6), a user's boundary neither (S14.1, ruling "bypass")
;   entity    the resource policy allows at level ENTITY; boundary and session policy limit it (S6)
;   identity  boundary and session policy limit it
;   root      needs no policy in its own account (S5.5)
; An Allow at level ACCOUNT is no input: within the account it adds nothing (S5.4).
(define-fun granted
  ((root Bool) (role-session Bool) (federated-session Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-allows Bool) (session-given Bool) (session-allows Bool)
   (resource-direct Bool) (resource-entity Bool)) Bool
  (or
    resource-direct
    (and
      (or resource-entity identity-allows)
      (boundary-ok boundary-given boundary-allows)
      (session-ok role-session federated-session session-given session-allows))
    root))

; S5.3, last line, and S7.5: the whole decision.
; Allowed: allow. Otherwise explicit-deny, where that holds; otherwise implicit-deny.
(define-fun allowed
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool)
   (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (or
    needs-no-permission
    (and
      (not (explicit-deny needs-no-permission root-recovers identity-denies boundary-denies session-denies
        resource-denies))
      (granted root role-session federated-session identity-allows boundary-given boundary-allows session-given
        session-allows resource-direct resource-entity))))
