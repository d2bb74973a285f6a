; Dialect aws. What grants access where caller and resource belong to one account (S5, S6). After layers.smt2.

; S5.3: at least one of the four grants.
;   direct    the resource policy allows at level SELF or ANY; no implicit deny of a boundary or session policy
;             limits it (S6), a user's boundary only under the reading "enforce" (S14.1)
;   entity    the resource policy allows at level ENTITY; boundary and session policy limit it (S6)
;   identity  boundary and session policy limit it
;   root      needs no policy in its own account (S5.5)
; An Allow at level ACCOUNT adds nothing here (S5.4).
(define-fun granted-here
  ((user-boundary-enforced Bool) (user Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (boundary-given Bool) (boundary-allows Bool) (session-given Bool) (session-allows Bool)
   (identity-allows Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (or
    (and
      resource-direct
      (=>
        (and user user-boundary-enforced)
        (boundary-ok boundary-given boundary-allows)))
    (and
      (or resource-entity identity-allows)
      (limits-ok role-session federated-session boundary-given boundary-allows session-given session-allows))
    root))
