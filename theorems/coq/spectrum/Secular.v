(* The secular equation: eigenvalues of P diag(m) P for any strengths m.

   With m_c = n_c these are the squared singular values of the simplex-encoded labels, with
   m_c = n_c omega_c^2 the squared early growth rates of the exact reweighted flow.

   Hypotheses: k > 0; F any ordered field; x is neither 0 nor one of the m_c.  No axiom.
   Computed by: ufm_theory::growth::GrowthRates.
   Source: this project. *)
From mathcomp Require Import all_ssreflect all_algebra.
From UFM Require Import Labels.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section Secular.
Variables (F : numFieldType) (k : nat).
Hypothesis k_gt0 : (0 < k)%N.
Variables (m : 'rV[F]_k) (x : F).
Hypotheses (x_neq0 : x != 0) (x_new : forall c, m 0 c != x).

Let gap c : m 0 c - x != 0. Proof. by rewrite subr_eq0. Qed.

Lemma S_scale (a : F) (v : 'rV[F]_k) : S (a *: v) = a * S v.
Proof. by rewrite /S mulr_sumr; apply: eq_bigr=> i _; rewrite mxE. Qed.

(* An eigenvalue solves the equation. *)
Theorem secular_necessary : eigenvalue (centred m) x -> \sum_c (m 0 c - x)^-1 = 0.
Proof.
case/eigenvalueP=> v Av v_neq0.
have Sv : S v = 0.
  by apply: (mulfI x_neq0); rewrite mulr0 -S_scale -Av /centred !mulmxA S_P.
move: Av; rewrite /centred !mulmxA (P_fix Sv) mulP; move: (S _ / _) => c Av.
have Ev i : v 0 i = c * (m 0 i - x)^-1.
  have := congr1 (fun M : 'rV_k => M 0 i) Av.
  rewrite mul_mx_diag !mxE mulr1 => /eqP; rewrite subr_eq addrC -subr_eq.
  rewrite [v 0 i * _]mulrC -mulrBl => /eqP Ei.
  by rewrite -Ei mulrAC divff ?mul1r.
have c_neq0 : c != 0.
  apply: contraNneq v_neq0 => c0; apply/eqP/rowP=> i; by rewrite Ev c0 mul0r mxE.
have E : c * (\sum_i (m 0 i - x)^-1) = S v.
  by rewrite /S mulr_sumr; apply: eq_bigr=> i _; rewrite Ev.
by apply: (mulfI c_neq0); rewrite E Sv mulr0.
Qed.

(* A solution is an eigenvalue. *)
Theorem secular_sufficient : \sum_c (m 0 c - x)^-1 = 0 -> eigenvalue (centred m) x.
Proof.
move=> E; apply/eigenvalueP; exists (\row_c (m 0 c - x)^-1); last first.
  apply/eqP=> /rowP /(_ (Ordinal k_gt0)); rewrite !mxE => /eqP.
  by rewrite invr_eq0 (negPf (gap _)).
have Sv : S (\row_c (m 0 c - x)^-1) = 0.
  by rewrite -[RHS]E /S; apply: eq_bigr=> i _; rewrite mxE.
rewrite /centred !mulmxA (P_fix Sv).
have -> : \row_c (m 0 c - x)^-1 *m diag_mx m = const_mx 1 + x *: \row_c (m 0 c - x)^-1.
  apply/rowP=> i; rewrite mul_mx_diag !mxE -[X in _ = X + _](mulfV (gap i)) -mulrDl.
  by rewrite subrK mulrC.
by rewrite mulmxDl P_ones // add0r -scalemxAl (P_fix Sv).
Qed.
End Secular.
