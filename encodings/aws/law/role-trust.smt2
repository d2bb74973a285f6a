; Dialect aws. What grants sts:AssumeRole* on a role of the caller's own account (S7.2). After layers.smt2.

; S7.2: the trust policy must allow. Naming the caller suffices, but a user's boundary must allow too, in every reading;
; naming the account needs an identity Allow as well. Root cannot assume roles (S5.5).
; AssumeRoleWithSAML and AssumeRoleWithWebIdentity are unsigned: such a caller has no policies, only direct lets it in.
(define-fun granted-to-assume
  ((user Bool) (root Bool) (role-session Bool) (federated-session Bool) (boundary-given Bool)
   (boundary-allows Bool) (session-given Bool) (session-allows Bool) (identity-allows Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (and
    (not root)
    (or
      (and
        resource-direct
        (=>
          user
          (boundary-ok boundary-given boundary-allows)))
      (and
        (or resource-entity (and identity-allows resource-account))
        (limits-ok role-session federated-session boundary-given boundary-allows session-given session-allows)))))
