(* Simplex-encoded labels and their Gram matrices, sample by sample.

   k classes, N samples, y i the class of sample i, n_c the number of samples of class c.
   Y is the one-hot k x N matrix, P = I - 11^T/k the centring matrix, Z = P Y the simplex-encoded
   labels, Omega = diag(omega_(y i)) a weight for each sample that depends on its class only.

   Hypotheses: k > 0; F is any ordered field in the sense of mathcomp's numFieldType (so all
   statements hold in particular for rational, algebraic and real numbers built on it).  No axiom.
   Computed by: ufm_theory::labels::{simplex_encoded_labels, LabelSvd::numerical}.
   Source: arXiv:2601.12011 for the definitions and the flat case on STEP; any counts: this project. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Definitions.
Variables (F : numFieldType) (k N : nat) (y : 'I_N -> 'I_k).

Definition P : 'M[F]_k := 1%:M - k%:R^-1 *: const_mx 1.
Definition class_count (c : 'I_k) : nat := #|[pred i | y i == c]|.
Definition one_hot : 'M[F]_(k, N) := \matrix_(c, i) (y i == c)%:R.
Definition Z : 'M[F]_(k, N) := P *m one_hot.
Definition Omega (omega : 'I_k -> F) : 'M[F]_N := diag_mx (\row_i omega (y i)).
(* The centred diagonal matrix P diag(d) P. *)
Definition centred (d : 'rV[F]_k) : 'M[F]_k := P *m diag_mx d *m P.
(* Sum of the entries of a row vector. *)
Definition S m (v : 'rV[F]_m) : F := \sum_j v 0 j.
End Definitions.

Section Centring.
Variables (F : numFieldType) (k : nat).
Hypothesis k_gt0 : (0 < k)%N.
Notation P := (P F k).

Let k_neq0 : k%:R != 0 :> F. Proof. by rewrite pnatr_eq0 -lt0n. Qed.

Lemma mulP (v : 'rV[F]_k) : v *m P = v - (S v / k%:R) *: const_mx 1.
Proof.
rewrite /P mulmxBr mulmx1 -scalemxAr; congr (_ - _); apply/rowP=> j.
by rewrite !mxE mulr1 mulrC; congr (_ * _); apply: eq_bigr=> i _; rewrite !mxE mulr1.
Qed.

Lemma S_P (v : 'rV[F]_k) : S (v *m P) = 0.
Proof.
rewrite mulP /S.
under eq_bigr do rewrite !mxE mulr1.
by rewrite sumrB sumr_const card_ord -[X in _ - X]mulr_natr divfK // subrr.
Qed.

Lemma P_fix (v : 'rV[F]_k) : S v = 0 -> v *m P = v.
Proof. by move=> Sv; rewrite mulP Sv mul0r scale0r subr0. Qed.

Lemma P_ones : (const_mx 1 : 'rV[F]_k) *m P = 0.
Proof.
rewrite mulP /S.
under eq_bigr do rewrite mxE.
by rewrite sumr_const card_ord divff // scale1r subrr.
Qed.

(* P is an orthogonal projector. *)
Theorem centring_idempotent : P *m P = P.
Proof. by apply/row_matrixP=> i; rewrite row_mul P_fix // rowE S_P. Qed.

Theorem centring_symmetric : P^T = P.
Proof. by rewrite /Labels.P linearB linearZ /= trmx1 trmx_const. Qed.

(* Its eigenvalues are 0 and 1. *)
Theorem centring_eigenvalues a : eigenvalue P a -> a = 0 \/ a = 1.
Proof.
case/eigenvalueP=> v Pv v_neq0.
have: v *m P *m P = a *: (a *: v) by rewrite Pv -scalemxAl Pv.
rewrite -mulmxA centring_idempotent Pv => /eqP.
rewrite -subr_eq0 scalerA -scalerBl scaler_eq0 (negPf v_neq0) orbF.
rewrite -{1}[a]mulr1 -mulrBr mulf_eq0 subr_eq0 => /orP[]/eqP ->; by [left | right].
Qed.

(* Any centred diagonal matrix is symmetric. *)
Theorem centred_symmetric (d : 'rV[F]_k) : (centred d)^T = centred d.
Proof. by rewrite /centred !trmx_mul tr_diag_mx centring_symmetric mulmxA. Qed.
End Centring.

Section Gram.
Variables (F : numFieldType) (k N : nat) (y : 'I_N -> 'I_k).
Hypothesis k_gt0 : (0 < k)%N.
Notation n c := ((class_count y c)%:R : F).

Lemma one_hot_weighted (omega : 'I_k -> F) :
  one_hot F y *m Omega y omega *m (one_hot F y)^T = diag_mx (\row_c (n c * omega c)).
Proof.
apply/matrixP=> c d; rewrite mul_mx_diag !mxE.
under eq_bigr do rewrite !mxE.
have [<-|ne] := eqVneq c d.
  rewrite mulr1n /class_count -sum1_card natr_sum mulr_suml [RHS]big_mkcond /=.
  by apply: eq_bigr=> i _; rewrite inE; case: eqP => [->|_]; rewrite ?mul1r ?mulr1 ?mul0r ?mulr0.
rewrite mulr0n big1 // => i _; have [->|] := eqVneq (y i) c; last by rewrite !mul0r.
by rewrite (negPf ne) mulr0.
Qed.

(* Z Omega Z^T = P diag(n_c omega_c) P, for any labels and any class weights. *)
Theorem weighted_label_gram omega :
  Z F y *m Omega y omega *m (Z F y)^T = centred (\row_c (n c * omega c)).
Proof.
by rewrite /Z /centred trmx_mul centring_symmetric -one_hot_weighted !mulmxA.
Qed.

(* Z Z^T = P diag(n_c) P.  The matrix Z is labels::simplex_encoded_labels. *)
Theorem label_gram : Z F y *m (Z F y)^T = centred (\row_c n c).
Proof.
have := weighted_label_gram (fun=> 1); rewrite /Omega.
have -> : \row_i (1 : F) = const_mx 1 :> 'rV_N by apply/rowP=> i; rewrite !mxE.
by rewrite diag_const_mx mulmx1 => ->; congr centred; apply/rowP=> c; rewrite !mxE mulr1.
Qed.

(* (Z Omega) (Z Omega)^T = P diag(n_c omega_c^2) P: its eigenvalues are the squared early growth
   rates of the reweighted flow. *)
Theorem growth_gram omega :
  (Z F y *m Omega y omega) *m (Z F y *m Omega y omega)^T = centred (\row_c (n c * omega c ^+ 2)).
Proof.
rewrite trmx_mul /Omega tr_diag_mx !mulmxA -(mulmxA (Z F y)) mulmx_diag.
have := weighted_label_gram (fun c => omega c ^+ 2); rewrite /Omega => <-.
by congr (_ *m diag_mx _ *m _); apply/rowP=> i; rewrite !mxE expr2.
Qed.
End Gram.

Section Flat.
Variables (F : rcfType) (k N : nat) (y : 'I_N -> 'I_k).
Hypothesis k_gt0 : (0 < k)%N.
Hypothesis inhabited : forall c, (0 < class_count y c)%N.

(* With omega_c = n_c^(-1/2) the growth spectrum is exactly flat, for any class counts:
   (Z Omega) (Z Omega)^T = P. *)
Theorem growth_gram_flat (omega : 'I_k -> F) :
  (forall c, omega c = (Num.sqrt (class_count y c)%:R)^-1) ->
  (Z F y *m Omega y omega) *m (Z F y *m Omega y omega)^T = P F k.
Proof.
move=> omegaE; rewrite growth_gram /centred.
have -> : \row_c ((class_count y c)%:R * omega c ^+ 2) = const_mx 1.
  apply/rowP=> c; rewrite !mxE omegaE exprVn sqr_sqrtr ?ler0n //.
  by rewrite divff // pnatr_eq0 -lt0n.
by rewrite diag_const_mx mulmx1 centring_idempotent.
Qed.
End Flat.

(* The same for arbitrary positive reals n_c in place of counts. *)
Theorem weighted_gram_flat (F : rcfType) k (n : 'I_k -> F) : (0 < k)%N -> (forall c, 0 < n c) ->
  centred (\row_c (n c * ((Num.sqrt (n c))^-1) ^+ 2)) = P F k.
Proof.
move=> k0 n0; rewrite /centred.
have -> : \row_c (n c * ((Num.sqrt (n c))^-1) ^+ 2) = const_mx 1.
  apply/rowP=> c; rewrite !mxE exprVn sqr_sqrtr; last exact: ltW.
  by rewrite divff // gt_eqF.
by rewrite diag_const_mx mulmx1 centring_idempotent.
Qed.
