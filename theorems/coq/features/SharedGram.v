(* Growth rates of a linear model of features that samples of a class share in part.

   Logits L = W2 W1 X with fixed data X (p x N) grow out of a small start at the singular values of Z Omega X^T.  Let samples share alpha of
   their features with their class and have 1 - alpha of their own: X^T X = alpha Y^T Y + (1 - alpha) I, Y the one-hot labels.  Then
        (Z Omega X^T) (Z Omega X^T)^T = P diag(m) P,    m_c = n_c omega_c^2 (alpha n_c + 1 - alpha).

   Hypotheses: those of Labels.v.
   Computed by: ufm_theory::features::{growth_rates, ClassSums}.
   Source: this project. *)
From mathcomp Require Import all_ssreflect all_algebra.
From UFM Require Import Labels.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Shared.
Variables (F : numFieldType) (k N p : nat) (y : 'I_N -> 'I_k).
Notation n c := ((class_count y c)%:R : F).
Notation Y := (one_hot F y).

Lemma centred_scale a (d : 'rV[F]_k) : centred (a *: d) = a *: centred d.
Proof.
rewrite /centred; have -> : diag_mx (a *: d) = a *: diag_mx d by apply/matrixP=> i j; rewrite !mxE mulrnAr.
by rewrite -scalemxAr -scalemxAl.
Qed.

Lemma centred_add (d e : 'rV[F]_k) : centred (d + e) = centred d + centred e.
Proof.
rewrite /centred; have -> : diag_mx (d + e) = diag_mx d + diag_mx e by apply/matrixP=> i j; rewrite !mxE mulrnDl.
by rewrite mulmxDr mulmxDl.
Qed.

Theorem shared_growth_gram (omega : 'I_k -> F) (alpha : F) (X : 'M[F]_(p, N)) :
  X^T *m X = alpha *: (Y^T *m Y) + (1 - alpha) *: 1%:M ->
  (Z F y *m Omega y omega *m X^T) *m (Z F y *m Omega y omega *m X^T)^T
  = centred (\row_c (n c * omega c ^+ 2 * (alpha * n c + 1 - alpha))).
Proof.
move=> XX; have OT : (Omega y omega)^T = Omega y omega by rewrite /Omega tr_diag_mx.
have ZOY : Z F y *m Omega y omega *m Y^T = P F k *m diag_mx (\row_c (n c * omega c)).
  by rewrite /Z -one_hot_weighted !mulmxA.
rewrite trmx_mul trmxK -mulmxA (mulmxA X^T) XX mulmxDl mulmxDr -!scalemxAl mul1mx -!scalemxAr growth_gram.
have -> : Z F y *m Omega y omega *m (Y^T *m Y *m (Z F y *m Omega y omega)^T)
   = centred (\row_c ((n c * omega c) * (n c * omega c))).
  have -> : Y^T *m Y *m (Z F y *m Omega y omega)^T = Y^T *m (Z F y *m Omega y omega *m Y^T)^T.
    by rewrite [in RHS]trmx_mul trmxK mulmxA.
  rewrite mulmxA ZOY trmx_mul tr_diag_mx centring_symmetric /centred !mulmxA -(mulmxA (P F k)) mulmx_diag.
  by congr (_ *m diag_mx _ *m _); apply/rowP=> c; rewrite !mxE.
rewrite -!centred_scale -centred_add; congr centred; apply/rowP=> c; rewrite !mxE.
set m := class_count y c; set w := omega c.
have -> : m%:R * w * (m%:R * w) = m%:R * w ^+ 2 * m%:R by rewrite expr2 [RHS]mulrAC mulrACA.
by rewrite mulrCA [(1 - alpha) * _]mulrC -mulrDr addrA.
Qed.
End Shared.
