; Dialect astran. What single layers say. Inputs and rules: encodings/README.md.
;
; The dialect describes identity policies and boundaries only (S15). The loader refuses every other layer and every
; caller but users, role sessions and root, and one account is all there is to ask about, so of the inputs only
; needs-no-permission, user, root, role-session, identity-… and boundary-… are ever true.
; The others are parameters all the same, so that both dialects share one interface and one set of lemmas. Where a
; definition reads one of them, it only takes access away.

; S15.5, S15.8: no boundary, or the boundary allows; a silent boundary does not. Only users have one.
(define-fun boundary-ok
  ((boundary-given Bool) (boundary-allows Bool)) Bool
  (=> boundary-given boundary-allows))

; Always true here, see above.
(define-fun session-ok
  ((role-session Bool) (federated-session Bool) (session-given Bool) (session-allows Bool)) Bool
  (and (not federated-session) (=> session-given session-allows)))

; S5.3: what limits a grant to the identity: boundary and session policy.
(define-fun limits-ok
  ((role-session Bool) (federated-session Bool) (boundary-given Bool) (boundary-allows Bool)
   (session-given Bool) (session-allows Bool)) Bool
  (and
    (boundary-ok boundary-given boundary-allows)
    (session-ok role-session federated-session session-given session-allows)))

; S15.8: an explicit Deny wins. S15.11: sts:GetCallerIdentity needs no permission (S7.5).
; S7.7 is about resource policies, which the dialect lacks: root-recovers lifts nothing.
(define-fun explicit-deny
  ((needs-no-permission Bool) (root-recovers Bool) (cross-account Bool) (identity-denies Bool)
   (boundary-denies Bool) (session-denies Bool) (scp-denies Bool) (rcp-denies Bool) (endpoint-denies Bool)
   (resource-denies Bool)) Bool
  (and
    (not needs-no-permission)
    (or
      identity-denies
      boundary-denies
      session-denies
      scp-denies
      rcp-denies
      endpoint-denies
      resource-denies)))
