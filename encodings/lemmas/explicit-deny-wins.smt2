; S5.1: an explicit Deny in any layer refuses the request, whatever the other layers say. Two exceptions:
; S7.5, an action that needs no permission, and S7.7, a Deny in the resource policy where root recovers a bucket.
(define-fun explicit-deny-wins
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (and
      (not needs-no-permission)
      (or
        identity-denies
        boundary-denies
        session-denies
        scp-denies
        rcp-denies
        endpoint-denies
        (and resource-denies (not (and root-recovers (not cross-account))))))
    (and
      (explicit-deny needs-no-permission root-recovers cross-account identity-denies boundary-denies
        session-denies scp-denies rcp-denies endpoint-denies resource-denies)
      (not
        (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
          user-boundary-enforced user root role-session federated-session identity-denies identity-allows
          boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
          scp-allows rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct
          resource-entity resource-account)))))

; Only a Deny makes an explicit deny.
(define-fun explicit-deny-needs-a-deny
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (own-account-only Bool)
   (key-policy Bool) (role-trust Bool) (user-boundary-enforced Bool) (user Bool) (root Bool)
   (role-session Bool) (federated-session Bool) (identity-denies Bool) (identity-allows Bool)
   (boundary-given Bool) (boundary-denies Bool) (boundary-allows Bool) (session-given Bool)
   (session-denies Bool) (session-allows Bool) (scp-denies Bool) (scp-allows Bool) (rcp-denies Bool)
   (rcp-allows Bool) (endpoint-denies Bool) (endpoint-allows Bool) (resource-denies Bool)
   (resource-direct Bool) (resource-entity Bool) (resource-account Bool)) Bool
  (=>
    (explicit-deny needs-no-permission root-recovers cross-account identity-denies boundary-denies
      session-denies scp-denies rcp-denies endpoint-denies resource-denies)
    (or
      identity-denies
      boundary-denies
      session-denies
      scp-denies
      rcp-denies
      endpoint-denies
      resource-denies)))
