; S5.7: a session policy only limits. What a session is allowed, the same layers allow to a caller that is no session
; and has no session policy.
(define-fun session-policy-never-grants
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
      resource-entity resource-account)
    (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
      user-boundary-enforced user root false false identity-denies identity-allows boundary-given
      boundary-denies boundary-allows false false false scp-denies scp-allows rcp-denies rcp-allows
      endpoint-denies endpoint-allows resource-denies resource-direct resource-entity resource-account)))

; But for federated sessions (S5.9), what is allowed with a session policy is allowed without it.
(define-fun removing-a-session-policy
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (not federated-session)
    (=>
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
        scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
        resource-entity resource-account)
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows false false false scp-denies scp-allows rcp-denies
        rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
        resource-account))))
