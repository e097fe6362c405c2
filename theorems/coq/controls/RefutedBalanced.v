(* A false neighbour of the closed form of the balanced cross-entropy, refuted.  Source: this project. *)
From Coq Require Import Reals Lra.
From Coquelicot Require Import Coquelicot.
From UFM Require Import CrossEntropyBalanced.
Open Scope R_scope.

(* Without the integral (neighbour of margin_exists), as if the residual stayed: two classes at rate 1 / 2 from 1. *)
Theorem not_exponential_growth_alone :
  ~ (forall k rho x0, 1 <= k -> 0 < x0 -> exists y : R -> R, exp (y 0) = x0 /\
       (forall t, is_derive y t (2 * rho * (k / (exp (exp (y t)) + (k - 1))))) /\
       forall x t, 0 < x -> 2 * rho * t = ln (x / x0) -> exp (y t) = x).
Proof.
  intros X. destruct (X 2 (1 / 2) 1 ltac:(lra) ltac:(lra)) as [y [_ [D E]]].
  assert (Y : forall t, y t = t).
  { intros t. apply exp_inv. apply E; [apply exp_pos|]. rewrite Rdiv_1, ln_exp. field. }
  pose proof (D 0) as D0. rewrite (Y 0), exp_0 in D0.
  pose proof (is_derive_unique _ _ _ D0) as U. rewrite (Derive_ext y (fun t => t) 0 Y), Derive_id in U.
  pose proof (exp_ineq1_le 1) as L. assert (2 / (exp 1 + (2 - 1)) < 1); [|lra]. apply Rlt_div_l; lra.
Qed.
