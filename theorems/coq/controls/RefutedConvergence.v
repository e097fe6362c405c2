(* False neighbours of the theorems on the end of training, refuted.

   Each statement below differs from Convergence.logits_converge in one hypothesis, and its negation is proved from a solution.
   Source: this project. *)
From Coq Require Import Reals Lra Psatz.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums ExactFlow WellPosed TerminalReals Convergence.
Open Scope R_scope.

(* From a balanced start that need not be positive: at 0 the flow stands still. *)
Theorem not_converges_from_any_balanced_start :
  ~ (forall m1 m2 Z1 Z2 w a b, solves m1 m2 Z1 Z2 w a b -> 0 < m1 -> 0 < m2 -> 0 < Z1 -> 0 < Z2 ->
       Rsqr (w 0) = Rsqr (a 0) + Rsqr (b 0) ->
       is_lim (fun t => w t * a t) p_infty Z1 /\ is_lim (fun t => w t * b t) p_infty Z2).
Proof.
  intros H. destruct (H 1 1 1 1 (fun _ => 0) (fun _ => 0) (fun _ => 0)) as [L _]; try lra; [|unfold Rsqr; ring|].
  - intros t _. split; [|split]; (eapply is_derive_ext_value; [|apply (is_derive_const 0 t)]); unfold zero; simpl; ring.
  - apply is_lim_unique in L. rewrite (is_lim_unique _ _ (0 * 0)) in L by apply is_lim_const. injection L. lra.
Qed.

(* With a weight that may be zero: what weighs nothing is not learned. *)
Theorem not_converges_with_a_weight_of_zero :
  ~ (forall m1 m2 Z1 Z2 w a b, solves m1 m2 Z1 Z2 w a b -> 0 < m1 -> 0 <= m2 -> 0 < Z1 -> 0 < Z2 ->
       0 < w 0 -> 0 < a 0 -> 0 < b 0 -> Rsqr (w 0) = Rsqr (a 0) + Rsqr (b 0) ->
       is_lim (fun t => w t * a t) p_infty Z1 /\ is_lim (fun t => w t * b t) p_infty Z2).
Proof.
  intros H. destruct (reduced_exists 1 0 1 10 (sqrt 2) 1 1 ltac:(lra) ltac:(lra)) as [w [a [b [F [W0 [A0 B0]]]]]].
  pose proof (sqrt_lt_R0 2 ltac:(lra)) as S2.
  assert (E0 : Rsqr (w 0) = Rsqr (a 0) + Rsqr (b 0)) by (rewrite W0, A0, B0, Rsqr_sqrt by lra; unfold Rsqr; ring).
  destruct (H 1 0 1 10 w a b F) as [LA LB]; try lra.
  assert (B : forall t, 0 <= t -> b t = 1).
  { intros t Ht. rewrite <- B0. apply constant_of_zero_derivative; [|exact Ht].
    intros u Hu. destruct (F u Hu) as [_ [_ D]]. eapply is_derive_ext_value; [|exact D]. ring. }
  assert (LW : is_lim w p_infty 10).
  { apply (is_lim_ext_loc (fun t => w t * b t)); [|exact LB]. exists 0. intros t Ht. rewrite B by lra. ring. }
  assert (L1 : is_lim (fun t => (w t * a t) * (w t * a t)) p_infty (1 * 1)) by (apply lim_prod; exact LA).
  assert (L2 : is_lim (fun t => (w t * a t) * (w t * a t)) p_infty (10 * 10 * (10 * 10 - 1))).
  { apply (is_lim_ext_loc (fun t => w t * w t * (w t * w t - 1))).
    - exists 0. intros t Ht. pose proof (balanced 1 0 1 10 w a b F E0 t ltac:(lra)) as E. unfold Rsqr in E.
      rewrite (B t) in E by lra. transitivity (w t * w t * (a t * a t)); [f_equal; lra | ring].
    - apply lim_prod; [apply lim_prod; exact LW|]. apply is_lim_minus'; [apply lim_prod; exact LW | apply is_lim_const]. }
  apply is_lim_unique in L1. apply is_lim_unique in L2. rewrite L1 in L2. injection L2. lra.
Qed.
