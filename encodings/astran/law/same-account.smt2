; Dialect astran. What grants access (S15). After layers.smt2.

; S15.3, S15.8: the identity policies (those of a user's groups among them) allow, and the boundary does.
; S15.7: root needs no policy. Nothing else grants: the dialect describes no resource policies.
(define-fun granted
  ((cross-account Bool) (key-policy Bool) (role-trust Bool) (root Bool) (identity-allows Bool)
   (role-session Bool) (federated-session Bool) (boundary-given Bool) (boundary-allows Bool)
   (session-given Bool) (session-allows Bool)) Bool
  (and
    (not (or cross-account key-policy role-trust))
    (or
      root
      (and
        identity-allows
        (limits-ok role-session federated-session boundary-given boundary-allows session-given session-allows)))))
