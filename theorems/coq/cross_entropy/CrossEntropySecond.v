(* The other group: half times of the modes within the second group of a STEP problem under the cross-entropy.

   CrossEntropyStep.v is about the group whose classes are named first.  Naming those of the other group first is a renaming of classes
   and modes, under which the singular vectors change by the sign of the contrast at most, the singular values not at all, and the flow
   of the weighted cross-entropy from a spectral start is again one.  So both groups of one flow have the half times given there.

   Hypotheses: first group of p >= 1 classes of m_maj samples, second of q >= 2 of m_min, any map of samples to classes with these
   counts; Q has orthonormal columns; the weight of the second group positive; W and H follow the flow (there is one:
   CrossEntropyWellPosed.v).
   Computed by: ufm_simulation::{CrossEntropyFlow, ReducedCrossEntropyFlow} from Initialisation::spectral.
   Source: this project; the cross-entropy is an open question of arXiv:2601.12011. *)
From Coq Require Import Reals Lra Lia Bool.
From Coquelicot Require Import Coquelicot.
From UFM Require Import FiniteSums Flow StepModes ExactWindow ExactMatrices Uniqueness WellPosed StepFlow.
From UFM Require Import CrossEntropy CrossEntropyTimes CrossEntropySymmetry CrossEntropyFlow CrossEntropyStep.
Open Scope R_scope.

Section Renaming.
Variables (p q : nat).
Hypotheses (Hp : (0 < p)%nat) (Hq : (0 < q)%nat).

(* The class and the mode that have a new name, the new name of a class, and the sign of the contrast. *)
Definition turn (i : nat) : nat := if Nat.ltb i q then (p + i)%nat else (i - q)%nat.
Definition back (c : nat) : nat := if Nat.ltb c p then (q + c)%nat else (c - p)%nat.
Definition turn_mode (a : nat) : nat :=
  match a with O => O | S b => if Nat.ltb a q then (p + b)%nat else S (a - q) end.
Definition turn_sign (a : nat) : R := match a with O => -1 | S _ => 1 end.

Lemma turn_below i : (i < q + p)%nat -> (turn i < p + q)%nat.
Proof. intros H. unfold turn. destruct (Nat.ltb_spec i q); lia. Qed.
Lemma back_below c : (c < p + q)%nat -> (back c < q + p)%nat.
Proof. intros H. unfold back. destruct (Nat.ltb_spec c p); lia. Qed.
Lemma turn_back c : (c < p + q)%nat -> turn (back c) = c.
Proof.
  intros H. unfold back. destruct (Nat.ltb_spec c p); unfold turn.
  - destruct (Nat.ltb_spec (q + c) q); lia.
  - destruct (Nat.ltb_spec (c - p) q); lia.
Qed.
Lemma back_turn i : (i < q + p)%nat -> back (turn i) = i.
Proof.
  intros H. unfold turn. destruct (Nat.ltb_spec i q); unfold back.
  - destruct (Nat.ltb_spec (p + i) p); lia.
  - destruct (Nat.ltb_spec (i - q) p); lia.
Qed.
Lemma eqb_back i c : (i < q + p)%nat -> (c < p + q)%nat -> Nat.eqb i (back c) = Nat.eqb (turn i) c.
Proof.
  intros Hi Hc. destruct (Nat.eqb_spec i (back c)) as [D | D], (Nat.eqb_spec (turn i) c) as [E | E]; try reflexivity.
  - exfalso. apply E. rewrite D. apply turn_back, Hc.
  - exfalso. apply D. rewrite <- E. symmetry. apply back_turn, Hi.
Qed.
Lemma majority_back c : (c < p + q)%nat -> majority q (back c) = negb (majority p c).
Proof.
  intros H. unfold majority, back.
  destruct (Nat.ltb_spec c p); [destruct (Nat.ltb_spec (q + c) q) | destruct (Nat.ltb_spec (c - p) q)]; simpl; lia || reflexivity.
Qed.
Lemma majority_turn i : (i < q + p)%nat -> majority p (turn i) = negb (majority q i).
Proof. intros H. rewrite <- (back_turn i H) at 2. rewrite majority_back, negb_involutive by apply turn_below, H. reflexivity. Qed.

Lemma turn_mode_below a : (a < q + p - 1)%nat -> (turn_mode a < p + q - 1)%nat.
Proof. intros H. destruct a as [|b]; unfold turn_mode; [lia|]. destruct (Nat.ltb_spec (S b) q); lia. Qed.
Lemma turn_mode_eqb a c : (a < q + p - 1)%nat -> (c < q + p - 1)%nat -> Nat.eqb (turn_mode a) (turn_mode c) = Nat.eqb a c.
Proof.
  intros Ha Hc. destruct a as [|a], c as [|c]; unfold turn_mode; try reflexivity.
  - destruct (Nat.ltb_spec (S c) q); destruct (Nat.eqb_spec 0 (p + c)), (Nat.eqb_spec 0 (S c)); lia || reflexivity.
  - destruct (Nat.ltb_spec (S a) q); destruct (Nat.eqb_spec (p + a) 0), (Nat.eqb_spec (S a) 0); lia || reflexivity.
  - destruct (Nat.ltb_spec (S a) q), (Nat.ltb_spec (S c) q);
      match goal with |- Nat.eqb ?x ?y = Nat.eqb ?z ?w => destruct (Nat.eqb_spec x y), (Nat.eqb_spec z w) end; lia || reflexivity.
Qed.
Lemma majority_mode a : (0 < a < q + p - 1)%nat -> (0 < turn_mode a)%nat /\ majority p (turn_mode a) = negb (majority q a).
Proof.
  intros Ha. destruct a as [|a]; [lia|]. unfold turn_mode, majority. destruct (Nat.ltb_spec (S a) q); simpl negb.
  - split; [lia|]. apply Nat.ltb_ge. lia.
  - split; [lia|]. apply Nat.ltb_lt. lia.
Qed.
Lemma sign_square a : turn_sign a * turn_sign a = 1.
Proof. destruct a; unfold turn_sign; ring. Qed.

(* Sums over classes and over modes. *)
Lemma turn_classes f : sum (q + p) (fun i => f (turn i)) = sum (p + q) f.
Proof.
  rewrite (sum_split p q), (sum_split q p), Rplus_comm. f_equal; apply sum_ext; intros i Hi; f_equal; unfold turn.
  - destruct (Nat.ltb_spec (q + i) q); lia.
  - destruct (Nat.ltb_spec i q); lia.
Qed.
Lemma turn_modes f : sum (q + p - 1) (fun a => f (turn_mode a)) = sum (p + q - 1) f.
Proof.
  rewrite (sum_modes p q Hp Hq), (sum_modes q p Hq Hp), !Rplus_assoc. f_equal. rewrite Rplus_comm.
  f_equal; apply sum_ext; intros a Ha; f_equal.
  - destruct (q + a)%nat as [|b] eqn:E; [lia|]. unfold turn_mode. rewrite <- E. destruct (Nat.ltb_spec (q + a) q); lia.
  - unfold turn_mode. destruct (Nat.ltb_spec (S a) q); lia.
Qed.

(* Singular vectors and values. *)
Lemma turn_U i a : (i < q + p)%nat -> (a < q + p - 1)%nat -> step_U q p i a = turn_sign a * step_U p q (turn i) (turn_mode a).
Proof.
  intros Hi Ha. pose proof (majority_turn i Hi) as M. destruct a as [|b].
  - unfold step_U, turn_mode, turn_sign. rewrite M, (Nat.add_comm q p), (Rmult_comm (INR q) (INR p)).
    destruct (majority q i); unfold negb, Rdiv; ring.
  - destruct (majority_mode (S b) ltac:(lia)) as [P MM]. unfold turn_sign. rewrite Rmult_1_l.
    destruct (turn_mode (S b)) as [|e] eqn:E; [lia|]. unfold step_U. rewrite MM, M.
    unfold turn_mode in E. unfold majority in *. destruct (Nat.ltb_spec (S b) q) as [L | L]; unfold negb in *;
      destruct (Nat.ltb_spec i q) as [I | I]; try reflexivity; f_equal; unfold turn.
    + lia.
    + apply Nat.ltb_lt in I. rewrite I. lia.
    + lia.
    + replace (Nat.ltb i q) with false by (symmetry; apply Nat.ltb_ge; exact I). reflexivity.
Qed.

Lemma turn_sigma x z a : (a < q + p - 1)%nat -> step_sigma q p z x a = step_sigma p q x z (turn_mode a).
Proof.
  intros Ha. unfold step_sigma. f_equal. destruct a as [|b].
  - unfold turn_mode, step_square. rewrite (Nat.add_comm q p), (Rplus_comm (INR p * z)). reflexivity.
  - destruct (majority_mode (S b) ltac:(lia)) as [P MM]. destruct (turn_mode (S b)) as [|e]; [lia|].
    unfold step_square. rewrite MM. destruct (majority q (S b)); reflexivity.
Qed.

Lemma turn_V y x z j a : (y j < p + q)%nat -> (a < q + p - 1)%nat ->
  step_V q p (fun j => back (y j)) z x j a = turn_sign a * step_V p q y x z j (turn_mode a).
Proof.
  intros Hj Ha. unfold step_V. rewrite turn_U, turn_back, turn_sigma by (try apply back_below; assumption). unfold Rdiv. ring.
Qed.
End Renaming.

Section Second.
Variables (p q N d : nat) (y : nat -> nat) (m_maj m_min : R) (Q : nat -> nat -> R).
Notation k := (p + q)%nat.
Notation r := (p + q - 1)%nat.
Hypotheses (Hp : (0 < p)%nat) (Hq : (2 <= q)%nat) (Hmaj : 0 < m_maj) (Hmin : 0 < m_min).
Hypothesis Hy : forall j, (j < N)%nat -> (y j < k)%nat.
Hypothesis counts : forall c, (c < k)%nat ->
  sum N (fun j => if Nat.eqb (y j) c then 1 else 0) = if majority p c then m_maj else m_min.
Hypothesis HQ : orthonormal d r Q.

Notation U := (step_U p q).
Notation V := (step_V p q y m_maj m_min).
Notation sigma := (step_sigma p q m_maj m_min).

Variables (om : bool -> R) (w0 : nat -> R) (eta : bool -> R) (W H : R -> nat -> nat -> R).
Hypothesis Hom : 0 < om false.
Hypothesis amplitudes : forall c, (0 < c < r)%nat -> w0 c = eta (majority p c).
Hypothesis spectral : spectral_start p q N d y m_maj m_min Q w0 (W 0) (H 0).
Hypothesis flow : follows k d N W H (fun t => drive k y (fun j => om (sample_group p y j)) (mul d (W t) (H t))).

(* The same problem with the second group named first. *)
Let y' (j : nat) : nat := back p q (y j).
Let Q' (l a : nat) : R := turn_sign a * Q l (turn_mode p q a).
Let om' (b : bool) : R := om (negb b).
Let W' (t : R) (i l : nat) : R := W t (turn p q i) l.

Let Hq0 : (0 < q)%nat. Proof. lia. Qed.

Lemma renamed_classes j : (j < N)%nat -> (y' j < q + p)%nat.
Proof. intros Hj. apply (back_below p q Hp Hq0), Hy, Hj. Qed.

Lemma renamed_counts c : (c < q + p)%nat ->
  sum N (fun j => if Nat.eqb (y' j) c then 1 else 0) = if majority q c then m_min else m_maj.
Proof.
  intros Hc. pose proof (turn_below p q Hp Hq0 c Hc) as T.
  rewrite (sum_ext N _ (fun j => if Nat.eqb (y j) (turn p q c) then 1 else 0)).
  - rewrite (counts _ T), (majority_turn p q Hp Hq0 c Hc). destruct (majority q c); reflexivity.
  - intros j Hj. unfold y'. rewrite (Nat.eqb_sym _ c), (eqb_back p q Hp Hq0 c _ Hc (Hy j Hj)), Nat.eqb_sym. reflexivity.
Qed.

Lemma renamed_orthonormal : orthonormal d (q + p - 1) Q'.
Proof.
  intros a c Ha Hc. unfold Q'.
  rewrite (sum_ext d _ (fun l => turn_sign a * turn_sign c * (Q l (turn_mode p q a) * Q l (turn_mode p q c)))) by (intros; ring).
  rewrite sum_scal, (HQ _ _ (turn_mode_below p q Hp Hq0 a Ha) (turn_mode_below p q Hp Hq0 c Hc)), turn_mode_eqb by (assumption || lia).
  destruct (Nat.eqb_spec a c) as [-> |]; [rewrite sign_square; ring | ring].
Qed.

Lemma renamed_weight j : (j < N)%nat -> om' (sample_group q y' j) = om (sample_group p y j).
Proof.
  intros Hj. unfold om', sample_group, y'. rewrite (majority_back p q Hp Hq0 _ (Hy j Hj)), negb_involutive. reflexivity.
Qed.

Lemma renamed_drive t i j : (i < q + p)%nat -> (j < N)%nat ->
  drive (q + p) y' (fun j => om' (sample_group q y' j)) (mul d (W' t) (H t)) i j
  = drive k y (fun j => om (sample_group p y j)) (mul d (W t) (H t)) (turn p q i) j.
Proof.
  intros Hi Hj. unfold drive. rewrite (renamed_weight j Hj). f_equal. unfold residual, softmax.
  unfold y' at 1. rewrite (eqb_back p q Hp Hq0 i _ Hi (Hy j Hj)). f_equal. f_equal.
  exact (turn_classes p q Hp Hq0 (fun c => exp (mul d (W t) (H t) c j))).
Qed.

Lemma renamed_flow : follows (q + p) d N W' H
  (fun t => drive (q + p) y' (fun j => om' (sample_group q y' j)) (mul d (W' t) (H t))).
Proof.
  destruct flow as [FW FH]. split.
  - intros t i l Ht Hi Hl.
    apply (is_derive_ext_value _ t _ _) with (2 := FW t (turn p q i) l Ht (turn_below p q Hp Hq0 i Hi) Hl).
    apply sum_ext. intros j Hj. rewrite (renamed_drive t i j Hi Hj). reflexivity.
  - intros t l j Ht Hl Hj. apply (is_derive_ext_value _ t _ _) with (2 := FH t l j Ht Hl Hj).
    unfold mul at 1 3. rewrite <- (turn_classes p q Hp Hq0). apply sum_ext. intros i Hi.
    rewrite (renamed_drive t i j Hi Hj). reflexivity.
Qed.

Lemma renamed_start : spectral_start q p N d y' m_min m_maj Q' (fun a => w0 (turn_mode p q a)) (W' 0) (H 0).
Proof.
  destruct spectral as [SW SH]. split.
  - intros i l Hi Hl. unfold W'. rewrite (SW _ l (turn_below p q Hp Hq0 i Hi) Hl), <- (turn_modes p q Hp Hq0). apply sum_ext. intros a Ha.
    rewrite (turn_U p q Hp Hq0 i a Hi Ha). unfold Q'.
    transitivity (turn_sign a * turn_sign a * (U (turn p q i) (turn_mode p q a) * w0 (turn_mode p q a) * Q l (turn_mode p q a)));
      [rewrite sign_square; ring | ring].
  - intros l j Hl Hj. rewrite (SH l j Hl Hj), <- (turn_modes p q Hp Hq0). apply sum_ext. intros a Ha.
    unfold y'. rewrite (turn_V p q Hp Hq0 y m_maj m_min j a (Hy j Hj) Ha). unfold Q'.
    transitivity (turn_sign a * turn_sign a * (V j (turn_mode p q a) * w0 (turn_mode p q a) * Q l (turn_mode p q a)));
      [rewrite sign_square; ring | ring].
Qed.

Lemma renamed_amplitude t a : (a < q + p - 1)%nat ->
  amplitude (q + p) N (step_U q p) (step_V q p y' m_min m_maj) (mul d (W' t) (H t)) a a
  = amplitude k N U V (mul d (W t) (H t)) (turn_mode p q a) (turn_mode p q a).
Proof.
  intros Ha. unfold amplitude. rewrite <- (turn_classes p q Hp Hq0). apply sum_ext. intros i Hi. apply sum_ext. intros j Hj.
  unfold y'. rewrite (turn_U p q Hp Hq0 i a Hi Ha), (turn_V p q Hp Hq0 y m_maj m_min j a (Hy j Hj) Ha).
  change (mul d (W' t) (H t) i j) with (mul d (W t) (H t) (turn p q i) j).
  set (u := U (turn p q i) (turn_mode p q a)). set (v := V j (turn_mode p q a)). set (x := mul d (W t) (H t) (turn p q i) j).
  transitivity (turn_sign a * turn_sign a * (u * x * v)); [ring | rewrite sign_square; ring].
Qed.

(* When a mode within the second group is learned. *)
Theorem cross_entropy_second_half_time c delta : (p <= c < r)%nat -> ln 2 / 2 < delta ->
  w0 c * w0 c = sigma c * exp (-2 * delta) ->
  exists tc, first_half (fun t => amplitude k N U V (mul d (W t) (H t)) c c / sigma c) tc /\
    (delta - ln 2 / 2) / (sigma c * om false) <= tc <= latest_of (INR q) delta / (sigma c * om false).
Proof.
  intros Hc Hd E0. set (a := S (c - p)). assert (Ha : (0 < a < q)%nat) by (unfold a; lia).
  assert (Er : turn_mode p q a = c).
  { unfold a, turn_mode. destruct (Nat.ltb_spec (S (c - p)) q); lia. }
  assert (Har : (a < q + p - 1)%nat) by lia.
  destruct (cross_entropy_step_half_time q p N d y' m_min m_maj Q' Hq Hp Hmin Hmaj renamed_classes renamed_counts renamed_orthonormal
    om' (fun a => w0 (turn_mode p q a)) (fun b => eta (negb b)) W' H Hom) with (a := a) (delta := delta) as [tc [F B]].
  - intros e He. destruct (majority_mode p q Hp Hq0 e He) as [P M]. pose proof (turn_mode_below p q Hp Hq0 e ltac:(lia)).
    rewrite amplitudes, M by lia. reflexivity.
  - exact renamed_start.
  - exact renamed_flow.
  - exact Ha.
  - exact Hd.
  - rewrite Er, (turn_sigma p q Hp Hq0 m_maj m_min a Har), Er. exact E0.
  - rewrite (turn_sigma p q Hp Hq0 m_maj m_min a Har), Er in *. exists tc. split; [|exact B].
    apply (first_half_ext _ _ tc) with (2 := F). intros t _. rewrite (renamed_amplitude t a Har), Er. reflexivity.
Qed.
End Second.
