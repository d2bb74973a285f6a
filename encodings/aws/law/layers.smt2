; Dialect aws. What single layers say. Inputs and rules: encodings/README.md.

; S5.3 "B ok": no boundary, or the boundary allows.
(define-fun boundary-ok
  ((boundary-given Bool) (boundary-allows Bool)) Bool
  (=> boundary-given boundary-allows))

; S5.3 "S ok". First line: a federated session without a session policy can use nothing that its user holds (S5.9).
; Second line: where session policies were passed, they must allow; callers that are no session pass.
(define-fun session-ok
  ((role-session Bool) (federated-session Bool) (session-given Bool) (session-allows Bool)) Bool
  (and
    (=> federated-session session-given)
    (=> (and (or role-session federated-session) session-given) session-allows)))

; S5.3: what limits a grant to the identity: boundary and session policy.
(define-fun limits-ok
  ((role-session Bool) (federated-session Bool) (boundary-given Bool) (boundary-allows Bool)
   (session-given Bool) (session-allows Bool)) Bool
  (and
    (boundary-ok boundary-given boundary-allows)
    (session-ok role-session federated-session session-given session-allows)))

; S5.2: every attached SCP level, every attached RCP level and an attached endpoint policy must allow. They only
; limit, and no grant gets around them.
(define-fun gates-allow
  ((scp-allows Bool) (rcp-allows Bool) (endpoint-allows Bool)) Bool
  (and scp-allows rcp-allows endpoint-allows))

; S5.1: an applicable Deny in any layer. The only exceptions:
; S7.5, actions that no policy governs, and
; S7.7, root of the bucket owner's account and the three bucket-policy actions: there a Deny in the resource policy
; is ignored, and no other Deny is.
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
      (and resource-denies (not (and root-recovers (not cross-account)))))))
