(* The exponential of a square matrix as the solution of E' = A E, E(0) = I: it exists for all t >= 0, there is one, it commutes with A,
   E(2 t) = E(t) E(t), and it is symmetric if A is.

   Existence: exp (- c t) E(t) solves the equation of A - c I, whose squared length does not grow once c is the sum of all |A_ij|, so
   Existence.v applies.

   Hypotheses: none on A but where said.
   Computed by: nalgebra, in the check of riccati-solution; used by Riccati.v.
   Source: this project (all of it is classical). *)
From Coq Require Import Reals Lra Lia Psatz List.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Systems Existence Uniqueness WellPosed MatrixCalculus.
Import ListNotations.
Open Scope R_scope.

Definition is_exponential (n : nat) (A : matrix) (E : R -> matrix) : Prop :=
  agree n n (E 0) unit_matrix /\ derives n n E (fun t => mul n A (E t)).

(* A quadratic form is at most the sum of its entries' sizes, times the squared length. *)
Lemma form_bound n (A : matrix) (v : nat -> R) :
  sum n (fun i => sum n (fun l => A i l * (v i * v l))) <= sum n (fun i => sum n (fun l => Rabs (A i l))) * sum n (fun m => v m * v m).
Proof.
  rewrite <- sum_scal_r. apply sum_le. intros i Hi. rewrite <- sum_scal_r. apply sum_le. intros l Hl.
  set (S := sum n (fun m => v m * v m)).
  assert (Q : forall a, (a < n)%nat -> v a * v a <= S).
  { intros a Ha. unfold S. rewrite <- total_seq. apply (term_le_total (seq 0 n) (fun m => v m * v m) a); [|apply in_seq; lia].
    intros b. apply Rle_0_sqr. }
  pose proof (Q i Hi). pose proof (Q l Hl).
  apply Rle_trans with (1 := Rle_abs _). rewrite Rabs_mult. apply Rmult_le_compat_l; [apply Rabs_pos|].
  pose proof (Rle_0_sqr (v i - v l)) as P. pose proof (Rle_0_sqr (v i + v l)) as P'. unfold Rsqr in *.
  apply Rabs_le. split; lra.
Qed.

Theorem exponential_exists n A : exists E, is_exponential n A E.
Proof.
  set (c := sum n (fun i => sum n (fun l => Rabs (A i l)))).
  set (B := fun i l => A i l + - c * unit_matrix i l).
  set (field := fun (x : nat * nat -> R) (s : nat * nat) => mul n B (fun l j => x (l, j)) (fst s) (snd s)).
  destruct (global_solution (grid n n) field (fun s => unit_matrix (fst s) (snd s)) 0 (Rle_refl 0)) as [x [X0 D]].
  - apply locally_lipschitz_by_close. intros X on e x y He C s Hs. apply in_grid in Hs. destruct Hs as [_ Hj].
    apply close_mul; [exact He | intros; apply close_const, He|]. intros l Hl. apply C, in_grid. split; assumption.
  - intros x. rewrite total_grid, sum_swap. rewrite <- (sum_zero n). apply sum_le. intros j Hj. unfold field. simpl.
    rewrite (sum_ext n _ (fun i => sum n (fun l => A i l * (x (i, j) * x (l, j))) + - c * (x (i, j) * x (i, j)))).
    + rewrite sum_add, sum_scal. pose proof (form_bound n A (fun i => x (i, j))) as P. fold c in P. lra.
    + intros i Hi. unfold mul. rewrite <- sum_scal.
      rewrite (sum_ext n _ (fun l => A i l * (x (i, j) * x (l, j)) + - c * (x (i, j) * x (l, j) * (if Nat.eqb i l then 1 else 0)))).
      2:{ intros l _. unfold B, unit_matrix. ring. }
      rewrite sum_add, sum_scal, (sum_delta n i (fun l => x (i, j) * x (l, j)) Hi). reflexivity.
  - exists (fun t i j => exp (c * t) * x (i, j) t). split.
    + intros i j _ _. rewrite Rmult_0_r, exp_0, X0. apply Rmult_1_l.
    + intros t i j Ht Hi Hj. pose proof (D (i, j) t ltac:(apply in_grid; split; assumption) Ht) as Dx.
      replace (mul n A (fun i j => exp (c * t) * x (i, j) t) i j)
        with (c * exp (c * t) * x (i, j) t + exp (c * t) * field (fun s => x s t) (i, j)).
      * apply (is_derive_mult (fun u => exp (c * u)) (x (i, j))); [|exact Dx | intros; apply Rmult_comm].
        auto_derive; [exact I | ring].
      * unfold field, mul, B. simpl.
        rewrite (sum_ext n _ (fun l => A i l * x (l, j) t + - c * (x (l, j) t * (if Nat.eqb i l then 1 else 0)))).
        2:{ intros l _. unfold unit_matrix. ring. }
        rewrite sum_add, sum_scal, (sum_delta n i (fun l => x (l, j) t) Hi).
        rewrite (sum_ext n (fun l => A i l * (exp (c * t) * x (l, j) t)) (fun l => exp (c * t) * (A i l * x (l, j) t))) by (intros; ring).
        rewrite sum_scal. ring.
Qed.

(* X' = A X and X' = X A from one start. *)
Lemma linear_left_unique n m A X Y : derives n m X (fun t => mul n A (X t)) -> derives n m Y (fun t => mul n A (Y t)) ->
  agree n m (X 0) (Y 0) -> forall t, 0 <= t -> agree n m (X t) (Y t).
Proof.
  intros DX DY. apply (affine_unique n m (fun _ => A) (fun _ _ _ => 0) (fun _ _ _ => 0)); try apply const_tame.
  - refine (derives_ext n m X _ _ _ DX). intros t _ i j _ _. unfold affine. rewrite mul_zero_r. ring.
  - refine (derives_ext n m Y _ _ _ DY). intros t _ i j _ _. unfold affine. rewrite mul_zero_r. ring.
Qed.

Lemma linear_right_unique n m A X Y : derives n m X (fun t => mul m (X t) A) -> derives n m Y (fun t => mul m (Y t) A) ->
  agree n m (X 0) (Y 0) -> forall t, 0 <= t -> agree n m (X t) (Y t).
Proof.
  intros DX DY. apply (affine_unique n m (fun _ _ _ => 0) (fun _ => A) (fun _ _ _ => 0)); try apply const_tame.
  - refine (derives_ext n m X _ _ _ DX). intros t _ i j _ _. unfold affine. rewrite mul_zero_l. ring.
  - refine (derives_ext n m Y _ _ _ DY). intros t _ i j _ _. unfold affine. rewrite mul_zero_l. ring.
Qed.

Theorem exponential_unique n A E E' : is_exponential n A E -> is_exponential n A E' -> forall t, 0 <= t -> agree n n (E t) (E' t).
Proof.
  intros [E0 D] [E0' D']. apply (linear_left_unique n n A E E' D D'). intros i j Hi Hj. rewrite E0, E0' by assumption. reflexivity.
Qed.

Section Exponential.
Variables (n : nat) (A : matrix) (E : R -> matrix).
Hypothesis exponential : is_exponential n A E.

Theorem exponential_commutes t : 0 <= t -> agree n n (mul n A (E t)) (mul n (E t) A).
Proof.
  destruct exponential as [E0 D]. revert t.
  apply (linear_left_unique n n A (fun t => mul n A (E t)) (fun t => mul n (E t) A)).
  - apply derives_mul_l, D.
  - refine (derives_ext n n _ _ _ _ (derives_mul_r n n n E _ A D)). intros t _. rewrite mul_assoc. apply agree_refl.
  - intros i j Hi Hj. transitivity (A i j).
    + rewrite <- (mul_unit_r n A i j Hj). apply (agree_mul n n n); [apply agree_refl | exact E0 | exact Hi | exact Hj].
    + rewrite <- (mul_unit_l n A i j Hi). symmetry. apply (agree_mul n n n); [exact E0 | apply agree_refl | exact Hi | exact Hj].
Qed.

Theorem exponential_double t : 0 <= t -> agree n n (E (2 * t)) (mul n (E t) (E t)).
Proof.
  destruct exponential as [E0 D]. revert t.
  apply (linear_left_unique n n (fun i j => 2 * A i j) (fun t => E (2 * t)) (fun t => mul n (E t) (E t))).
  - intros t i j Ht Hi Hj. replace (mul n (fun i j => 2 * A i j) (E (2 * t)) i j) with (2 * mul n A (E (2 * t)) i j).
    + apply (is_derive_comp (fun u => E u i j) (fun u => 2 * u)); [apply D; [lra | assumption | assumption]|].
      auto_derive; [exact I | ring].
    + unfold mul. rewrite <- sum_scal. apply sum_ext. intros; ring.
  - refine (derives_ext n n _ _ _ _ (derives_mul n n n E _ E _ D D)). intros t Ht i j Hi Hj.
    replace (mul n (E t) (mul n A (E t)) i j) with (mul n (mul n A (E t)) (E t) i j).
    + rewrite mul_assoc. unfold mul at 1 3 5. rewrite <- sum_add. apply sum_ext. intros; ring.
    + rewrite <- (mul_assoc n n (E t) A (E t)).
      apply (agree_mul n n n); [apply exponential_commutes, Ht | apply agree_refl | exact Hi | exact Hj].
  - rewrite Rmult_0_r. intros i j Hi Hj. rewrite <- (mul_unit_l n (E 0) i j Hi). symmetry.
    apply (agree_mul n n n); [exact E0 | apply agree_refl | exact Hi | exact Hj].
Qed.

Theorem exponential_symmetric t : agree n n (tr A) A -> 0 <= t -> agree n n (tr (E t)) (E t).
Proof.
  intros SA. destruct exponential as [E0 D]. revert t.
  apply (linear_right_unique n n A (fun t => tr (E t)) E).
  - refine (derives_ext n n _ _ _ _ (derives_tr n n E _ D)). intros t _. rewrite tr_mul. apply agree_mul; [apply agree_refl | exact SA].
  - refine (derives_ext n n _ _ _ _ D). intros t Ht. apply exponential_commutes, Ht.
  - intros i j Hi Hj. unfold tr. rewrite !E0 by assumption. unfold unit_matrix. rewrite Nat.eqb_sym. reflexivity.
Qed.
End Exponential.
