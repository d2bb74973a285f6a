; S8.1: without an Allow of the resource policy there is no access from another account, whatever the caller has.
(define-fun cross-account-needs-the-resource-policy
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (and
      cross-account
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
        scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
        resource-entity resource-account))
    (or needs-no-permission resource-direct resource-entity resource-account)))

; S8.3: no bypass. From another account an Allow of the resource policy, at any level, never stands for the caller's own
; identity policies, boundary and session policy.
(define-fun cross-account-never-bypasses
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (and
      cross-account
      (not (or needs-no-permission root))
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
        scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
        resource-entity resource-account))
    (and
      identity-allows
      (=> boundary-given boundary-allows)
      (=> federated-session session-given)
      (=> (and (or role-session federated-session) session-given) session-allows))))

; S8.6: actions without cross-account form.
(define-fun no-cross-account-form
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (and cross-account own-account-only (not needs-no-permission))
    (not
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
        scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
        resource-entity resource-account))))

; Being in another account never adds access: what is allowed across accounts, the same layers allow within one.
; Root is no user, and an entry that names root's account names root itself (S2.3).
(define-fun cross-account-only-limits
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (=> root (and (not user) (=> (or resource-entity resource-account) resource-direct)))
    (=>
      (allowed needs-no-permission root-recovers true own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
        scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
        resource-entity resource-account)
      (allowed needs-no-permission root-recovers false own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
        scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
        resource-entity resource-account))))
