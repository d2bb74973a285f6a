; S5.3: within the account, but for keys and roles, a resource policy that allows at level ACCOUNT only adds nothing:
; what is allowed with it is allowed without it.
(define-fun account-level-adds-nothing
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (allowed needs-no-permission root-recovers false own-account-only false false user-boundary-enforced user
      root role-session federated-session identity-denies identity-allows boundary-given boundary-denies
      boundary-allows session-given session-denies session-allows scp-denies scp-allows rcp-denies rcp-allows
      endpoint-denies endpoint-allows resource-denies false false resource-account)
    (allowed needs-no-permission root-recovers false own-account-only false false user-boundary-enforced user
      root role-session federated-session identity-denies identity-allows boundary-given boundary-denies
      boundary-allows session-given session-denies session-allows scp-denies scp-allows rcp-denies rcp-allows
      endpoint-denies endpoint-allows false false false false)))

; S7.1, S7.2, S8.1: where level ACCOUNT counts, as for keys and roles, a policy that is taken to allow the account and to
; deny nothing allows all that the policy itself does.
(define-fun account-level-at-most
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
      user-boundary-enforced user root role-session federated-session identity-denies identity-allows
      boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
      scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows false resource-direct resource-entity
      true)))
