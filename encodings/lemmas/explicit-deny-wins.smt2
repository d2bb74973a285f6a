; S5.1: an explicit Deny in any layer refuses the request, whatever the other layers say. Two exceptions:
; S7.5, an action that needs no permission, and S7.7, a Deny in the resource policy where root recovers a bucket.
(define-fun explicit-deny-wins
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (and
      (not needs-no-permission)
      (or identity-denies boundary-denies session-denies (and resource-denies (not root-recovers))))
    (and
      (explicit-deny needs-no-permission root-recovers identity-denies boundary-denies session-denies
        resource-denies)
      (not
        (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
          identity-allows boundary-given boundary-denies boundary-allows session-given session-denies
          session-allows resource-denies resource-direct resource-entity)))))

; Only a Deny makes an explicit deny.
(define-fun explicit-deny-needs-a-deny
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (explicit-deny needs-no-permission root-recovers identity-denies boundary-denies session-denies
      resource-denies)
    (or identity-denies boundary-denies session-denies resource-denies)))
