(* False neighbours of the theorems on flat growth, refuted.

   Each statement below differs from FlatStrengths.growth_flat_only_half in one hypothesis.
   Source: this project. *)
From Coq Require Import Reals Lra Lia.
From UFM Require Import FiniteSums SpectrumReals FlatStrengths.
Open Scope R_scope.

(* With two classes: one singular value is always equal to itself. *)
Theorem not_only_half_with_two_classes :
  ~ (forall k n gamma mu, (2 <= k)%nat -> (forall c, (c < k)%nat -> (1 <= n c)%nat) ->
       (exists a b, (a < k)%nat /\ (b < k)%nat /\ n a <> n b) ->
       flat_at k (growth_strength n gamma) mu -> gamma = 1 / 2).
Proof.
  intros H. set (n := fun c : nat => S c).
  assert (E : 0 = 1 / 2); [|lra].
  apply (H 2%nat n 0 (3 / 2)); [lia | intros; unfold n; lia | exists 0%nat, 1%nat; unfold n; lia |].
  intros v V c Hc. rewrite centred_apply_zero_sum by exact V.
  assert (G : forall c, growth_strength n 0 c = INR (S c)).
  { intros i. rewrite growth_strength_power by (unfold n; lia). replace (1 - 2 * 0) with 1 by ring.
    apply Rpower_1, lt_0_INR. unfold n. lia. }
  simpl in V. simpl sum. rewrite !G. destruct c as [|[|c]]; [| |lia]; simpl; simpl in V; lra.
Qed.

(* With classes of one size: every exponent is flat. *)
Theorem not_only_half_with_one_size :
  ~ (forall k n gamma mu, (3 <= k)%nat -> (forall c, (c < k)%nat -> (1 <= n c)%nat) ->
       flat_at k (growth_strength n gamma) mu -> gamma = 1 / 2).
Proof.
  intros H. assert (E : 0 = 1 / 2); [|lra].
  apply (H 3%nat (fun _ => 1%nat) 0 1); [lia | intros; lia |].
  apply constant_is_flat. intros c _. rewrite growth_strength_power by lia. simpl.
  unfold Rpower. rewrite ln_1, Rmult_0_r. apply exp_0.
Qed.
