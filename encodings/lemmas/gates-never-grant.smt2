; S5.2, S9.2: SCPs only limit. What is allowed under them is allowed without them; no grant gets around them.
(define-fun scps-never-grant
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
    (and
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows session-given session-denies session-allows false true
        rcp-denies rcp-allows endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
        resource-account)
      (or needs-no-permission scp-allows))))

; S5.2, S10: RCPs only limit.
(define-fun rcps-never-grant
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
    (and
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
        scp-allows false true endpoint-denies endpoint-allows resource-denies resource-direct resource-entity
        resource-account)
      (or needs-no-permission rcp-allows))))

; S5.2: an endpoint policy only limits.
(define-fun endpoint-policy-never-grants
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
    (and
      (allowed needs-no-permission root-recovers cross-account own-account-only key-policy role-trust
        user-boundary-enforced user root role-session federated-session identity-denies identity-allows
        boundary-given boundary-denies boundary-allows session-given session-denies session-allows scp-denies
        scp-allows rcp-denies rcp-allows false true resource-denies resource-direct resource-entity
        resource-account)
      (or needs-no-permission endpoint-allows))))
