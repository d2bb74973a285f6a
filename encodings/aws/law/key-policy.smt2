; Dialect aws. What grants access to a KMS key in its own account (S7.1). After layers.smt2.

; S7.1: the key policy decides. Identity policies count only where it allows the account (level ACCOUNT); nobody is let
; in without it, root included: an entry for the account names root itself (S2.3), so root comes in as direct.
(define-fun granted-on-key
  ((user-boundary-enforced Bool) (user Bool) (role-session Bool) (federated-session Bool) (boundary-given Bool)
   (boundary-allows Bool) (session-given Bool) (session-allows Bool) (identity-allows Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (or
    (and
      resource-direct
      (=>
        (and user user-boundary-enforced)
        (boundary-ok boundary-given boundary-allows)))
    (and
      (or resource-entity (and identity-allows resource-account))
      (limits-ok role-session federated-session boundary-given boundary-allows session-given session-allows))))
