; What one document grants that another does not. A document grants a request if one of its Allow statements applies and
; none of its Deny statements (S1.15, S2). No layer and no rule of how layers combine takes part.

; Of one document: whether it allows, whether it denies.
(define-fun granted ((allows Bool) (denies Bool)) Bool
  (and allows (not denies)))

; Of the document that is to grant, and of the one that is not; `own-account-only`: the resource belongs to another
; account, and the action has no form across accounts (S8.6), so that there is no such request.
(define-fun gained
  ((granting-allows Bool) (granting-denies Bool) (other-allows Bool) (other-denies Bool) (own-account-only Bool)) Bool
  (and (granted granting-allows granting-denies)
       (not (granted other-allows other-denies))
       (not own-account-only)))
