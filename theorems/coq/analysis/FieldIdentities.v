(* Identities of fields, used for the spectrum of the STEP profile.

   They are proved for a type with plain operations that satisfies the field laws, where the
   tactic [field] works, and then read in mathcomp's notation.  No axiom.
   Source: this project. *)
From Coq Require Import Field.
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

(* Identities of fields, proved once for plain operations and read in mathcomp's notation. *)
Section PlainField.
Variables (K : Type) (O I : K) (add mul sub : K -> K -> K) (opp : K -> K)
  (div : K -> K -> K) (inv : K -> K).
Hypothesis K_field : field_theory O I add mul sub opp div inv eq.
Add Field K_field : K_field.
Local Infix "+" := add. Local Infix "*" := mul. Local Infix "-" := sub. Local Infix "/" := div.
Local Notation "- x" := (opp x).

Lemma plain_contrast_maj p q a b : p + q <> O ->
  a * q - (a * q * p - b * p * q) / (p + q) = (q * a + p * b) / (p + q) * q.
Proof. by move=> k0; field. Qed.
Lemma plain_contrast_min p q a b : p + q <> O ->
  - (b * p) - (a * q * p - b * p * q) / (p + q) = - ((q * a + p * b) / (p + q) * p).
Proof. by move=> k0; field. Qed.
Lemma plain_secular p q a b x : a - x <> O -> b - x <> O -> p + q <> O ->
  p / (a - x) + q / (b - x) = O -> x = (q * a + p * b) / (p + q).
Proof.
move=> ax bx k0 E.
have {}E : p * (b - x) + q * (a - x) = O.
  have -> : p * (b - x) + q * (a - x) = (a - x) * (b - x) * (p / (a - x) + q / (b - x)).
    by field; split.
  by rewrite E; ring.
have -> : x = (p * (b - x) + q * (a - x)) * (- (I / (p + q))) + (q * a + p * b) / (p + q) by field.
by rewrite E; field.
Qed.
Lemma plain_halves_mid h r : h <> O -> h + h <> O -> I + I <> O ->
  (h * r + h * I) / (h + h) = (r + I) / (I + I).
Proof. by move=> h0 hh two; field; split. Qed.
Lemma plain_mid_low p q a b : q * a + p * b = b * (p + q) + q * (a - b).
Proof. by ring. Qed.
Lemma plain_mid_high p q a b : q * a + p * b = a * (p + q) - p * (a - b).
Proof. by ring. Qed.
End PlainField.

Section FieldIdentities.
Variable F : fieldType.
Lemma spectrum_field_theory :
  field_theory 0 1 +%R *%R (fun x y : F => x - y) -%R (fun x y => x / y) GRing.inv eq.
Proof.
split; [split|exact/eqP/oner_neq0|by []|by move=> x /eqP/mulVf].
- exact: add0r. - exact: addrC. - exact: addrA. - exact: mul1r. - exact: mulrC.
- exact: mulrA. - exact: mulrDl. - by []. - exact: subrr.
Qed.

Lemma contrast_maj (p q a b : F) : p + q <> 0 ->
  a * q - (a * q * p - b * p * q) / (p + q) = (q * a + p * b) / (p + q) * q.
Proof. exact: (plain_contrast_maj spectrum_field_theory). Qed.
Lemma contrast_min (p q a b : F) : p + q <> 0 ->
  - (b * p) - (a * q * p - b * p * q) / (p + q) = - ((q * a + p * b) / (p + q) * p).
Proof. exact: (plain_contrast_min spectrum_field_theory). Qed.
Lemma secular (p q a b x : F) : a - x <> 0 -> b - x <> 0 -> p + q <> 0 ->
  p / (a - x) + q / (b - x) = 0 -> x = (q * a + p * b) / (p + q).
Proof. exact: (plain_secular spectrum_field_theory). Qed.
Lemma halves_mid (h r : F) : h <> 0 -> h + h <> 0 -> 1 + 1 <> 0 :> F ->
  (h * r + h * 1) / (h + h) = (r + 1) / (1 + 1).
Proof. exact: (plain_halves_mid spectrum_field_theory). Qed.
Lemma mid_low (p q a b : F) : q * a + p * b = b * (p + q) + q * (a - b).
Proof. exact: (plain_mid_low spectrum_field_theory). Qed.
Lemma mid_high (p q a b : F) : q * a + p * b = a * (p + q) - p * (a - b).
Proof. exact: (plain_mid_high spectrum_field_theory). Qed.
End FieldIdentities.
