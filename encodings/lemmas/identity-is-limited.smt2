; S5.3, S6: unless the resource policy names the caller itself, boundary and session policy limit what identity policy
; and resource policy grant.
(define-fun identity-is-limited
  ((needs-no-permission Bool) (root-recovers Bool) (root Bool) (role-session Bool) (federated-session Bool)
   (identity-denies Bool) (identity-allows Bool) (boundary-given Bool) (boundary-denies Bool)
   (boundary-allows Bool) (session-given Bool) (session-denies Bool) (session-allows Bool)
   (resource-denies Bool) (resource-direct Bool) (resource-entity Bool)) Bool
  (=>
    (and
      (allowed needs-no-permission root-recovers root role-session federated-session identity-denies
        identity-allows boundary-given boundary-denies boundary-allows session-given session-denies
        session-allows resource-denies resource-direct resource-entity)
      (not (or needs-no-permission root resource-direct)))
    (and
      (or identity-allows resource-entity)
      (=> boundary-given boundary-allows)
      (=> federated-session session-given)
      (=> (and (or role-session federated-session) session-given) session-allows))))
